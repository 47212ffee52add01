# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by app/run and tests/run: what the machine needs, and the build. Works on Debian 12 and 13.
# shellcheck shell=bash

cutline_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# Debian names; qt6-charts-dev needs libqt6opengl6-dev, which qt6-base-dev only recommends.
cutline_packages=(g++ cmake ninja-build qt6-base-dev libqt6opengl6-dev qt6-charts-dev qt6-svg-dev libonnx-dev
    libprotobuf-dev protobuf-compiler pkg-config libpango1.0-dev librsvg2-dev graphviz libtbb-dev libpagmo-dev libcli11-dev libfmt-dev libyaml-cpp-dev libssl-dev
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

# ONNX Runtime, which runs models: this version of its npm package carries the library for Debian 12, which has none.
cutline_engine_version=1.21.0
cutline_engine_library="${XDG_CACHE_HOME:-$HOME/.cache}/cutline/onnxruntime/libonnxruntime.so.$cutline_engine_version"

# Sets up ONNX Runtime: Debian's own where there is one, else the library of the npm package, checked and kept in the
# cache. Says what went wrong and returns 1 where it cannot; everything but running models works without it.
cutline_engine() {
    local folder package part sum
    case "$(uname -m)" in
    x86_64) part=x64 sum=05bfddeefc536a44478c20226218dae8853995518bb2a994b4fa15a996f5f412 ;;
    aarch64) part=arm64 sum=36671b53885a8433882c4db360138bd060f3580f7d7cb6578050e755e83b6128 ;;
    *) echo "ONNX Runtime is not to be had for $(uname -m) here: set CUTLINE_ONNXRUNTIME to a library of it." >&2; return 1 ;;
    esac
    [ -z "${CUTLINE_ONNXRUNTIME:-}" ] || return 0
    echo "$sum  $cutline_engine_library" | sha256sum --check --status 2>/dev/null && return 0
    for package in libonnxruntime1.21 libonnxruntime-dev; do
        [ -z "$(apt-cache policy "$package" 2>/dev/null)" ] || { cutline_install "$package" && return 0; }
    done
    command -v npm >/dev/null || cutline_install npm || return 1
    echo "Fetching ONNX Runtime $cutline_engine_version (80 MB, once)" >&2
    folder=$(mktemp -d) || return 1
    if (
        cd "$folder" && timeout 900 npm pack --silent "onnxruntime-node@$cutline_engine_version" >/dev/null &&
            tar -xzf "onnxruntime-node-$cutline_engine_version.tgz" --strip-components=5 \
                "package/bin/napi-v3/linux/$part/libonnxruntime.so.$cutline_engine_version" &&
            echo "$sum  libonnxruntime.so.$cutline_engine_version" | sha256sum --check --status &&
            mkdir -p "$(dirname "$cutline_engine_library")" &&
            cp "libonnxruntime.so.$cutline_engine_version" "$cutline_engine_library.new" &&
            mv "$cutline_engine_library.new" "$cutline_engine_library"
    ); then
        rm -rf "$folder"
    else
        rm -rf "$folder"
        echo "ONNX Runtime could not be set up (its npm package could not be fetched, or is not the one expected)." >&2
        return 1
    fi
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
