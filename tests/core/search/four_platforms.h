// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace cutline {

/// Four rooflines of the library, each on a port of a Gigabit switch.
inline constexpr const char* kFourPlatforms = R"(
    name: "four"
    platform { use: "coral-edge-tpu-usb" } platform { use: "jetson-nano" }
    platform { use: "raspberry-pi-4" } platform { use: "kria-k26-dpu-b3136" }
    switch { name: "sw" }
    link { name: "a" use: "1000BASE-T" between: "coral-edge-tpu-usb" between: "sw" }
    link { name: "b" use: "1000BASE-T" between: "jetson-nano" between: "sw" }
    link { name: "c" use: "1000BASE-T" between: "raspberry-pi-4" between: "sw" }
    link { name: "d" use: "1000BASE-T" between: "kria-k26-dpu-b3136" between: "sw" })";

} // namespace cutline
