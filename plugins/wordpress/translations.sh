#!/bin/sh
# Brings the translations up to date: collects the strings, merges them into each language, compiles.
# Needs GNU gettext. New strings are then empty in the .po files: fill them in and run this again.
set -eu
cd "$(dirname "$0")/comment-moderation"

domain=comment-moderation
pot="languages/$domain.pot"
find . -name '*.php' | LC_ALL=C sort | xgettext \
    --language=PHP --from-code=UTF-8 --files-from=- --output="$pot" \
    --keyword=__ --keyword=_e --keyword=esc_html__ --keyword=esc_html_e --keyword=esc_attr__ --keyword=esc_attr_e \
    --keyword=_n:1,2 --keyword=_x:1,2c \
    --add-comments=translators --add-location=file --no-wrap --sort-by-file \
    --package-name="Comment Moderation" --msgid-bugs-address="" --copyright-holder="The comment-moderation developers"
# The day of collecting is no change worth a commit.
sed -i '/^"POT-Creation-Date:/d; s/charset=CHARSET/charset=UTF-8/; 1,/^$/{/^# /d;/^#$/d}' "$pot"

for po in languages/$domain-*.po; do
    msgmerge --quiet --no-fuzzy-matching --add-location=file --no-wrap --update --backup=none "$po" "$pot"
    msgfmt --check --output-file="${po%.po}.mo" "$po"
done
