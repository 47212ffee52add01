// SPDX-License-Identifier: GPL-3.0-or-later
// project_editor PROJECT SEED: opens a project, edits it many times a second and saves it now and then until it is killed.
// Says on standard output "opened", then the number of every edit and when it was made, "NUMBER MILLISECONDS".
#include "app/document.h"
#include "app/project_session.h"

#include <QApplication>
#include <QTimer>

#include <cstdio>
#include <random>

using namespace cutline;

int main(int argc, char** argv) {
    const QApplication application(argc, argv);
    if (argc < 3) return 2;
    const QString file = QString::fromLocal8Bit(argv[1]);
    Document document(Library::load(Library::defaultFolders()));
    ProjectSession session(document);
    std::mt19937 random(static_cast<unsigned>(QString::fromLocal8Bit(argv[2]).toUInt()));
    const auto complain = [](const Error& error) {
        std::printf("error %s\n", error.message().c_str());
        std::fflush(stdout);
    };
    QObject::connect(&session, &ProjectSession::failed, &session, complain);
    QObject::connect(&session, &ProjectSession::recoveryAsked, &session, [&](const Unsaved& unsaved) {
        unsaved.saved && *unsaved.saved > unsaved.newer ? session.takeSaved() : session.takeNewer();
    });
    int number = 0;
    QTimer edits;
    edits.setInterval(15);
    QObject::connect(&edits, &QTimer::timeout, &document, [&] {
        if (!document.evaluator() || !document.state().plan) return;
        const std::string last = document.state().kept.empty() ? "" : document.state().kept.front().note;
        number = std::max(number, QString::fromStdString(last).toInt()) + 1;
        const PlanPtr plan = document.state().kept.empty() ? document.state().plan : document.state().kept.front().plan;
        document.mark(*plan, true, QString::number(number), QStringLiteral("plan"));
        std::printf("%d %lld\n", number, static_cast<long long>(QDateTime::currentMSecsSinceEpoch()));
        std::fflush(stdout);
        if (random() % 150 == 0) session.save(file);
    });
    QObject::connect(&session, &ProjectSession::opened, &edits, [&] {
        std::puts("opened");
        std::fflush(stdout);
        edits.start();
    });
    session.open(file);
    return QApplication::exec();
}
