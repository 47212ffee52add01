// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/environment.h"
#include "tests/test_program.h"

#include "app/document.h"

#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>

namespace cutline::test {

inline QString sourcePath(const char* relative) {
    return QStringLiteral(CUTLINE_SOURCE_DIR "/") + QLatin1String(relative);
}

inline Library library() {
    return Library::load(Library::defaultFolders());
}

/// Settings of a person who starts the program for the first time: nothing of this machine's leaks in or out.
class FreshSettings {
public:
    FreshSettings() { QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path()); }

private:
    QTemporaryDir m_folder;
    Environment m_own{"XDG_DATA_HOME", m_folder.path().toUtf8()}; // descriptors of one's own
};

/// Waits until the model is open, the front is there and no work runs. False after a minute; sanitizers on a busy machine take their time.
inline bool settle(Document& document) {
    return QTest::qWaitFor(
        [&document] { return document.jobs().idle() && document.result() && document.metrics().has_value(); },
        60'000);
}

inline bool openAndSettle(Document& document, const char* relative) {
    document.open(sourcePath(relative));
    return settle(document);
}

} // namespace cutline::test
