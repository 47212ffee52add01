# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by app/run and tests/run: what the machine needs, and the build. Works on Debian 12 and 13.
# shellcheck shell=bash

cutline_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# Debian names; qt6-charts-dev needs libqt6opengl6-dev, which qt6-base-dev only recommends.
cutline_packages=(g++ cmake ninja-build qt6-base-dev libqt6opengl6-dev qt6-charts-dev qt6-svg-dev libonnx-dev
    libprotobuf-dev protobuf-compiler graphviz libtbb-dev libpagmo-dev libcli11-dev libfmt-dev libssl-dev
    nlohmann-json3-dev fonts-dejavu-core)

# Installs the packages of its arguments that are missing; lists them first; does nothing where all are there.
cutline_install() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    echo "Installing: ${missing[*]}" >&2
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "These packages are missing and there is no sudo: run  apt-get install ${missing[*]}  as root" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq >&2 || true
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
        >/dev/null || {
        echo "apt-get could not install: ${missing[*]}" >&2
        return 1
    }
}

# cutline_build PRESET TARGET..: configures when needed and builds; quiet unless it fails.
cutline_build() {
    local preset=$1 log
    shift
    log="$cutline_root/build/$preset.log"
    mkdir -p "$cutline_root/build"
    if ! {
        { [ -f "$cutline_root/build/$preset/build.ninja" ] || (cd "$cutline_root" && cmake --preset "$preset"); } &&
            cmake --build "$cutline_root/build/$preset" --target "$@"
    } >"$log" 2>&1; then
        tail -n 60 "$log" >&2
        echo "The build failed; all of it: $log" >&2
        return 1
    fi
}
