#!/bin/sh
# Installs what the partner tests need on a Debian 12 machine: WordPress with PHP and MariaDB, and Chromium.
# Run as root. Quick when everything is there already; it starts no service and leaves none running.
set -eu

PACKAGES="
wordpress wordpress-theme-twentytwentyone wordpress-theme-twentytwentytwo wordpress-theme-twentytwentythree
php-cli php-mysql php-sqlite3 php-curl php-gd php-xml php-mbstring php-zip php-intl
mariadb-server postgresql gettext
chromium fonts-dejavu-core
"

installed() {
    dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# Node runs the JavaScript clients, and PHP 7.4 and 8.3 as WebAssembly; the tests fetch those packages themselves.
# Any Node from 18.18 on will do; Debian's brings much along, so it is taken only where there is none.
command -v npm >/dev/null || PACKAGES="$PACKAGES nodejs npm"

missing=""
for package in $PACKAGES; do
    installed "$package" || missing="$missing $package"
done
# The JavaScript clients need npm; where it came from does not matter.
command -v npm >/dev/null || missing="$missing nodejs npm"
if [ -z "$missing" ]; then
    echo "partner programs: all installed" >&2
    exit 0
fi
echo "partner programs: installing$missing" >&2

if [ "$(id -u)" -ne 0 ]; then
    echo "install.sh: these packages are missing and only root can install them:$missing" >&2
    exit 1
fi

# Debian starts a database server as soon as it is installed; the tests start their own, in their own folder.
# policy-rc.d is Debian's switch for that. One that is there already is the machine owner's and stays.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 1' HUP INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086  # a list of names
apt-get install -y -qq --no-install-recommends $missing >&2
