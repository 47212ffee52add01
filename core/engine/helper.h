// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// What the helper program does: answers frames on descriptor 3 until the other end is gone. Arguments: the most
/// address space in bytes (0: no limit). Returns the exit status.
int cutlineEngineMain(int argc, char** argv);
