// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "widgets/graph/layout.h"

#include <QByteArray>
#include <QFutureWatcher>
#include <QProcess>
#include <QTimer>

#include <chrono>
#include <memory>

namespace cutline {

/// The request in Graphviz' language: nodes by number (names of layers never reach it), inches, top to
/// bottom.
QByteArray dotText(const LayoutRequest& request);

/// What `dot -Tjson0` wrote. Errors: not JSON, a node or edge missing, numbers that are not.
Result<RankedLayout> parseDotJson(const QByteArray& json, const LayoutRequest& request);

/// Graphviz as a process: no shell, killed on cancel and after a time limit, its exit checked.
class DotProcess : public GraphLayout {
    Q_OBJECT
public:
    explicit DotProcess(QObject* parent = nullptr, QString program = QStringLiteral("dot"),
                        std::chrono::milliseconds limit = std::chrono::milliseconds(600));
    ~DotProcess() override;
    void setProgram(const QString& program) { m_program = program; }
    void setLimit(std::chrono::milliseconds limit) { m_limit = limit; }
    void start(const LayoutRequest& request) override;
    void cancel() override;

private:
    struct Parsed {
        std::shared_ptr<const LayoutRequest> request;
        std::shared_ptr<const Result<RankedLayout>> result;
    };
    void refuse(const QString& reason);
    void onExit(int code, QProcess::ExitStatus status);
    void onParsed();

    QString m_program;
    std::chrono::milliseconds m_limit;
    std::unique_ptr<QProcess> m_process;
    QTimer m_timer;
    std::shared_ptr<const LayoutRequest> m_request; ///< null: nothing wanted
    QFutureWatcher<Parsed> m_parsing;
};

} // namespace cutline
