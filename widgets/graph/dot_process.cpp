// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/dot_process.h"

#include "core/base/text.h"
#include "widgets/graph/layered_layout.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcessEnvironment>
#include <QtConcurrentRun>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

namespace cutline {
namespace {

constexpr double kPointsPerInch = 72;

/// A point of Graphviz' page, turned so that main grows along the flow (its y points up).
struct Place {
    double main = 0, lateral = 0;
};

std::optional<Place> placeOf(std::string_view text) {
    const auto parts = split(text, ',');
    Place place;
    if (parts.size() != 2 || !parseNumber(parts[0], place.lateral) || !parseNumber(parts[1], place.main))
        return {};
    place.main = -place.main;
    return place;
}

Place bezierAt(const std::array<Place, 4>& p, double t) {
    const double u = 1 - t;
    const std::array<double, 4> b{u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t};
    Place sum;
    for (std::size_t i = 0; i < 4; ++i) {
        sum.main += b[i] * p[i].main;
        sum.lateral += b[i] * p[i].lateral;
    }
    return sum;
}

/// The spline as a dense polyline, ascending along the flow.
std::vector<Place> sampled(std::string_view pos) {
    std::vector<Place> control, line;
    std::optional<Place> end;
    for (const std::string& word : split(pos, ' ')) {
        if (word.starts_with("e,"))
            end = placeOf(std::string_view(word).substr(2));
        else if (!word.starts_with("s,"))
            if (const auto place = placeOf(word)) control.push_back(*place);
    }
    for (std::size_t i = 0; i + 3 < control.size(); i += 3)
        for (int step = 0; step <= 8; ++step)
            line.push_back(
                bezierAt({control[i], control[i + 1], control[i + 2], control[i + 3]}, step / 8.0));
    if (end) line.push_back(*end);
    std::stable_sort(line.begin(), line.end(),
                     [](const Place& a, const Place& b) { return a.main < b.main; });
    return line;
}

double lateralAt(const std::vector<Place>& line, double main, double fallback) {
    if (line.empty()) return fallback;
    const auto after =
        std::lower_bound(line.begin(), line.end(), main, [](const Place& p, double m) { return p.main < m; });
    if (after == line.begin()) return line.front().lateral;
    if (after == line.end()) return line.back().lateral;
    const auto before = after - 1;
    const double span = after->main - before->main;
    return span <= 0 ? after->lateral
                     : before->lateral + (after->lateral - before->lateral) * (main - before->main) / span;
}

Error broken(std::string what) {
    return {"Graphviz", std::move(what), "check the installed version with: dot -V"};
}

/// Ranks are the distinct heights of the nodes' centres.
std::vector<double> ranksFrom(const std::vector<double>& mains, std::vector<std::uint32_t>& rank) {
    std::map<long long, std::uint32_t> index;
    for (const double m : mains) index.emplace(std::llround(m), 0);
    std::vector<double> centres;
    for (auto& [centre, number] : index) {
        number = static_cast<std::uint32_t>(centres.size());
        centres.push_back(static_cast<double>(centre));
    }
    for (std::size_t i = 0; i < mains.size(); ++i) rank[i] = index[std::llround(mains[i])];
    return centres;
}

} // namespace

QByteArray dotText(const LayoutRequest& request) {
    const auto inches = [](double pixels) { return QByteArray::number(pixels / kPointsPerInch, 'f', 4); };
    QByteArray text = "digraph g {\ngraph [rankdir=TB nodesep=" + inches(kLateralGap) +
                      " ranksep=0.4 splines=true];\nnode [shape=box fixedsize=true label=\"\"];\n";
    for (std::size_t i = 0; i < request.sizes.size(); ++i)
        text += QByteArray::number(i) + " [width=" + inches(request.lateralSize(i)) +
                " height=" + inches(request.mainSize(i)) + "];\n";
    for (const LayoutEdge& e : request.edges)
        text += QByteArray::number(e.from) + " -> " + QByteArray::number(e.to) + ";\n";
    return text + "}\n";
}

Result<RankedLayout> parseDotJson(const QByteArray& json, const LayoutRequest& request) {
    const QJsonObject root = QJsonDocument::fromJson(json).object();
    if (root.isEmpty())
        return broken("output of " + std::to_string(json.size()) + " bytes is not a JSON object");
    const std::size_t n = request.sizes.size();
    std::vector<double> mains(n);
    std::vector<bool> seen(n, false);
    RankedLayout layout;
    layout.lateral.resize(n);
    layout.rank.resize(n);
    std::vector<std::size_t> node_of; // Graphviz' own number -> ours
    for (const QJsonValue& value : root["objects"].toArray()) {
        bool ok = false;
        const qulonglong i = value["name"].toString().toULongLong(&ok);
        const auto place = placeOf(value["pos"].toString().toStdString());
        if (!ok || i >= n || !place) return broken("a node without name or position in its output");
        node_of.push_back(i);
        mains[i] = place->main;
        layout.lateral[i] = place->lateral;
        seen[i] = true;
    }
    if (const auto missing = std::find(seen.begin(), seen.end(), false); missing != seen.end())
        return broken("node " + std::to_string(missing - seen.begin()) + " of " + std::to_string(n) +
                      " is missing in its output");
    const std::vector<double> centres = ranksFrom(mains, layout.rank);

    std::map<std::pair<std::size_t, std::size_t>, std::vector<Place>> splines;
    for (const QJsonValue& value : root["edges"].toArray()) {
        const int tail = value["tail"].toInt(-1), head = value["head"].toInt(-1);
        const int count = static_cast<int>(node_of.size());
        if (tail < 0 || head < 0 || tail >= count || head >= count)
            return broken("an edge without ends in its output");
        splines[{node_of[static_cast<std::size_t>(tail)], node_of[static_cast<std::size_t>(head)]}] =
            sampled(value["pos"].toString().toStdString());
    }
    for (const LayoutEdge& e : request.edges) {
        const auto found = splines.find({e.from, e.to});
        if (found == splines.end() || layout.rank[e.from] >= layout.rank[e.to])
            return broken("edge " + std::to_string(e.from) + " to " + std::to_string(e.to) +
                          " is missing or runs against the flow in its output");
        auto& points = layout.waypoints.emplace_back();
        for (std::uint32_t r = layout.rank[e.from] + 1; r < layout.rank[e.to]; ++r)
            points.push_back(lateralAt(found->second, centres[r], layout.lateral[e.from]));
    }
    return layout;
}

DotProcess::DotProcess(QObject* parent, QString program, std::chrono::milliseconds limit)
    : GraphLayout(parent), m_program(std::move(program)), m_limit(limit) {
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        refuse(tr("Graphviz took longer than %1 s").arg(static_cast<double>(m_limit.count()) / 1000));
    });
    connect(&m_parsing, &QFutureWatcher<Parsed>::finished, this, &DotProcess::onParsed);
}

DotProcess::~DotProcess() {
    if (!m_process) return;
    m_process->disconnect();
    m_process->kill();
    m_process->waitForFinished(1000);
}

void DotProcess::start(const LayoutRequest& request) {
    cancel();
    m_request = std::make_shared<const LayoutRequest>(request);
    m_process = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LC_ALL"),
                       QStringLiteral("C")); // points as decimal marks, whatever the desktop
    m_process->setProcessEnvironment(environment);
    m_process->setStandardErrorFile(QProcess::nullDevice());
    connect(m_process.get(), &QProcess::finished, this, &DotProcess::onExit);
    connect(m_process.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) refuse(tr("Graphviz (%1) could not be started").arg(m_program));
    });
    m_timer.start(m_limit);
    m_process->start(m_program, {QStringLiteral("-Tjson0")});
    m_process->write(dotText(request));
    m_process->closeWriteChannel();
}

void DotProcess::cancel() {
    m_timer.stop();
    m_request.reset();
    if (!m_process) return;
    // Signals of a process that is no longer wanted say nothing; it is reaped when it has died.
    QProcess* dying = m_process.release();
    dying->disconnect();
    if (dying->state() == QProcess::NotRunning) {
        dying->deleteLater();
        return;
    }
    connect(dying, &QProcess::stateChanged, dying, [dying](QProcess::ProcessState state) {
        if (state == QProcess::NotRunning) dying->deleteLater();
    });
    dying->kill();
}

void DotProcess::refuse(const QString& reason) {
    if (!m_request) return;
    cancel();
    Q_EMIT refused(reason);
}

void DotProcess::onExit(int code, QProcess::ExitStatus status) {
    if (status != QProcess::NormalExit) return refuse(tr("Graphviz crashed"));
    if (code != 0) return refuse(tr("Graphviz ended with status %1").arg(code));
    const QByteArray json = m_process->readAllStandardOutput();
    m_parsing.setFuture(QtConcurrent::run([json, request = m_request] {
        auto parsed = parseDotJson(json, *request);
        // Graphviz knows ranks and orders best; its coordinates let chains meander.
        if (parsed) parsed = settled(*request, *parsed, std::atomic<bool>(false));
        return Parsed{request, std::make_shared<const Result<RankedLayout>>(std::move(parsed))};
    }));
}

void DotProcess::onParsed() {
    const Parsed parsed = m_parsing.result();
    if (!m_request || parsed.request != m_request) return; // an answer to an older question
    if (!*parsed.result) return refuse(QString::fromStdString(parsed.result->error().message()));
    cancel();
    Q_EMIT finished(**parsed.result);
}

} // namespace cutline
