/* The connection test, and the progress of scoring old comments. Plain script: no build step, no library. */
( function () {
	'use strict';

	var config = window.cmodSettings;

	function post( action, nonce, fields ) {
		var body = new URLSearchParams( fields );
		body.set( 'action', action );
		body.set( '_ajax_nonce', nonce );
		return fetch( config.ajax, { method: 'POST', credentials: 'same-origin', body: body } ).then( function ( response ) {
			return response.json();
		} );
	}

	function field( key ) {
		var input = document.getElementById( 'cmod-' + key );
		return input ? input.value : '';
	}

	var test = document.getElementById( 'cmod-test' );
	var result = document.getElementById( 'cmod-test-result' );
	test.addEventListener( 'click', function () {
		test.disabled = true;
		result.className = '';
		result.textContent = config.text.testing;
		post( 'cmod_test', config.testNonce, {
			url: field( 'url' ),
			api_key: field( 'api_key' ),
			community_id: field( 'community_id' ),
			timeout: field( 'timeout' )
		} ).then( function ( answer ) {
			result.className = answer.success ? 'cmod-good' : 'cmod-bad';
			result.textContent = answer.data.message;
		} ).catch( function () {
			result.className = 'cmod-bad';
			result.textContent = config.text.broken;
		} ).then( function () {
			test.disabled = false;
		} );
	} );

	var old = document.getElementById( 'cmod-old' );
	var bar = document.getElementById( 'cmod-old-bar' );
	var status = document.getElementById( 'cmod-old-status' );
	var timer = null;
	if ( ! bar ) {
		return;
	}

	function command( name ) {
		window.clearTimeout( timer );
		post( 'cmod_rescoring', config.oldNonce, {
			command: name,
			scope: document.getElementById( 'cmod-old-all' ).checked ? 'all' : 'new'
		} ).then( function ( answer ) {
			var data = answer.data;
			var running = data.state === 'running';
			status.textContent = data.message;
			bar.hidden = data.state === 'none';
			bar.max = Math.max( 1, data.total );
			bar.value = data.state === 'finished' ? bar.max : data.done;
			old.querySelector( '[data-command=start]' ).disabled = running;
			old.querySelector( '[data-command=pause]' ).disabled = ! running;
			old.querySelector( '[data-command=resume]' ).disabled = data.state !== 'paused';
			if ( running ) {
				timer = window.setTimeout( command, 3000, 'status' );
			}
		} ).catch( function () {
			status.textContent = config.text.broken;
		} );
	}

	old.addEventListener( 'click', function ( event ) {
		if ( event.target.dataset.command ) {
			command( event.target.dataset.command );
		}
	} );
	command( 'status' );
}() );
