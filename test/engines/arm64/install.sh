#!/usr/bin/env bash
# Node for 64-bit ARM from npm, the libraries it needs and an emulator from Debian, all unpacked into this folder: nothing is
# installed, nothing of the machine's changes.
set -euo pipefail
cd "$(dirname "$0")"

# --force: npm refuses what is for another processor.
npm ci --silent --ignore-scripts --force

# Downloads packages into packages/ARCHITECTURE and unpacks them into a folder. With lists of its own, as the machine's are
# for its own architecture only.
unpack() {
  local folder=$1 architecture=$2 state=$PWD/packages/$2
  shift 2
  mkdir -p "$state/lists/partial" "$state/archives/partial"
  : > "$state/status"
  local options=(-qq -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" -o Dir::State="$state"
    -o Dir::State::status="$state/status" -o Dir::Cache="$state" -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update
  (cd "$state/archives" && apt-get "${options[@]}" download "$@")
  for package in "$state"/archives/*.deb; do dpkg-deb --extract "$package" "$folder"; done
}

rm -rf packages emulator libraries
unpack libraries arm64 libc6 libstdc++6 libgcc-s1
unpack emulator "$(dpkg --print-architecture)" qemu-user-static
find emulator -type f ! -name qemu-aarch64-static -delete
rm -rf packages
