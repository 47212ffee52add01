// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/helper.h"

int main(int argc, char** argv) { return cutlineEngineMain(argc, argv); }
