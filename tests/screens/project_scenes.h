// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace cutline {

class MainWindow;

bool presented(MainWindow& window);
bool exporting(MainWindow& window);
bool exported(MainWindow& window);
bool recovery(MainWindow& window);
bool movedFiles(MainWindow& window);

} // namespace cutline
