#!/usr/bin/env bash
# A stand-in for ghcr.io/home-assistant/base, for machines that can't fetch it: busybox and this machine's Node. Its
# libraries are glibc's and not musl's, and its apk installs nothing: what it would install is there.
#
#   base.sh FOLDER    makes base.tar and a Dockerfile in this folder
#
# NODE names the Node to put in, where this machine's own is older than 22 (npm's package node has them).
# Exit code 77: something is missing here, and the words say what.
set -euo pipefail

folder=$1
root=$folder/root

cannot() {
  echo "No stand-in base image: $1" >&2
  exit 77
}

busybox=$(command -v busybox) || cannot 'busybox is not installed (Debian: busybox-static)'
! ldd "$busybox" >/dev/null 2>&1 || cannot 'busybox is not static (Debian: busybox-static)'
node=$(readlink -f "${NODE:-$(command -v node)}") || cannot 'Node is not installed'
(($("$node" --print 'parseInt(process.versions.node)') >= 22)) || cannot "$node is older than 22: name another in NODE"
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")") || cannot 'npm is not installed'

mkdir -p "$root"/{bin,usr/bin,usr/lib/node_modules,etc,run,tmp,var,proc,sys,dev,root}
chmod 1777 "$root/tmp"
ln -s /run "$root/var/run"
cp "$busybox" "$root/bin/busybox"
"$busybox" --list | while read -r name; do
  [[ -e "$root/bin/$name" ]] || ln -s busybox "$root/bin/$name"
done
cp "$node" "$root/usr/bin/node"
ldd "$node" | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
cp -a "$npm" "$root/usr/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/bin/npm"
ln -s /bin/env "$root/usr/bin/env"
printf '#!/bin/sh\nexit 0\n' >"$root/bin/apk"
chmod +x "$root/bin/apk"
echo root:x:0:0:root:/root:/bin/sh >"$root/etc/passwd"
echo root:x:0: >"$root/etc/group"
cp -L /etc/hosts /etc/resolv.conf "$root/etc/"
# Where this machine gets its packages from.
mkdir -p "$root/usr/etc"
for key in registry cafile proxy https-proxy; do
  value=$(npm config get "$key")
  [[ $value == null || -z $value ]] || echo "$key=$value"
done >"$root/usr/etc/npmrc"
if [[ -d /etc/ssl/certs ]]; then
  mkdir -p "$root/etc/ssl"
  cp -rL /etc/ssl/certs "$root/etc/ssl/" 2>/dev/null || true
fi
tar --create --file "$folder/base.tar" --directory "$root" .
cat >"$folder/Dockerfile" <<'END'
FROM scratch
ADD base.tar /
ENV LANG=C.UTF-8 PATH=/usr/bin:/bin
ENTRYPOINT ["/init"]
END
rm -r "$root"
