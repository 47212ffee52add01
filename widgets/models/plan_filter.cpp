// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "widgets/models/candidates_model.h"

#include <QRegularExpression>

#include <array>

namespace cutline {
namespace {

struct Name {
    const char* name;
    CandidatesModel::Column column;
    Unit unit;
};
constexpr std::array kNames{
    Name{"throughput", CandidatesModel::ThroughputColumn, Unit::Hertz},
    Name{"latency", CandidatesModel::LatencyColumn, Unit::Second},
    Name{"energy", CandidatesModel::EnergyColumn, Unit::Joule},
    Name{"stage", CandidatesModel::StageColumn, Unit::Second},
    Name{"tightest", CandidatesModel::TightestColumn, Unit::Fraction},
    Name{"memory", CandidatesModel::MemoryColumn, Unit::Byte},
    Name{"link", CandidatesModel::LinkColumn, Unit::Byte},
    Name{"sensitivity", CandidatesModel::SensitivityColumn, Unit::None},
    Name{"cost", CandidatesModel::CostColumn, Unit::None},
    Name{"plan", CandidatesModel::PlanColumn, Unit::None},
};

std::string allNames() {
    std::string list;
    for (const Name& name : kNames) list += (list.empty() ? "" : ", ") + std::string(name.name);
    return list;
}

Result<PlanFilter::Condition> parseCondition(const QRegularExpressionMatch& match) {
    using Compare = PlanFilter::Condition::Compare;
    const QString figure = match.captured(1).toLower();
    for (const Name& name : kNames) {
        if (figure != QLatin1String(name.name)) continue;
        const auto value = parseQuantity(match.captured(3).toStdString(), name.unit);
        if (!value) return value.error();
        const QString sign = match.captured(2);
        const Compare compare = sign == u"<"    ? Compare::Less
                                : sign == u"<=" ? Compare::LessEqual
                                : sign == u">"  ? Compare::Greater
                                                : Compare::GreaterEqual;
        // Plans are counted from 1 on screen.
        return PlanFilter::Condition{name.column, compare,
                                     name.column == CandidatesModel::PlanColumn ? *value - 1 : *value};
    }
    return Error{printable(match.captured(0).toStdString()), "no such figure", "use " + allNames()};
}

} // namespace

Result<PlanFilter> parsePlanFilter(const QString& typed) {
    static const QRegularExpression kCondition(QStringLiteral("([A-Za-z]+)\\s*(<=|>=|<|>)\\s*([^\\s<>]+)"));
    PlanFilter filter;
    QString rest = typed;
    for (auto it = kCondition.globalMatch(typed); it.hasNext();) {
        const auto match = it.next();
        auto condition = parseCondition(match);
        if (!condition) return condition.error();
        filter.conditions.push_back(*condition);
        rest.replace(match.captured(0), QStringLiteral(" "));
    }
    if (rest.contains(u'<') || rest.contains(u'>'))
        return Error{printable(typed.toStdString()), "a condition without a number",
                     "write for example energy<20mJ; figures: " + allNames()};
    for (const QString& word : rest.split(u' ', Qt::SkipEmptyParts)) filter.words.push_back(word.toLower());
    return filter;
}

bool PlanFilter::accepts(const CandidatesModel& model, int row) const {
    for (const Condition& condition : conditions) {
        const double value = model.sortKey(row, condition.column);
        const bool met = condition.compare == Condition::Compare::Less        ? value < condition.value
                         : condition.compare == Condition::Compare::LessEqual ? value <= condition.value
                         : condition.compare == Condition::Compare::Greater   ? value > condition.value
                                                                              : value >= condition.value;
        if (!met) return false;
    }
    if (words.empty()) return true;
    const QString whole =
        (planTitle(model.planAt(row)) + u'\n' + model.platformsAt(row) + u'\n' + model.cutAt(row)).toLower();
    return std::all_of(words.begin(), words.end(), [&](const QString& word) { return whole.contains(word); });
}

} // namespace cutline
