// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "widgets/models/candidates_model.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cmath>

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
    Name{"accuracy", CandidatesModel::AccuracyColumn, Unit::Fraction},
    Name{"cost", CandidatesModel::CostColumn, Unit::None},
    Name{"plan", CandidatesModel::PlanColumn, Unit::None},
};

std::string allNames() {
    std::string list;
    for (const Name& name : kNames) list += (list.empty() ? "" : ", ") + std::string(name.name);
    return list;
}

const Name* nameOf(const QString& figure) {
    const auto found = std::find_if(kNames.begin(), kNames.end(), [&](const Name& name) {
        return figure.compare(QLatin1String(name.name), Qt::CaseInsensitive) == 0;
    });
    return found == kNames.end() ? nullptr : &*found;
}

bool isUnitOf(const QString& figure, const QString& number, const QString& word) {
    double value = 0;
    const Name* name = nameOf(figure);
    return name && parseNumber(number.toStdString(), value) &&
           parseQuantity((number + word).toStdString(), name->unit).ok();
}

Result<PlanFilter::Condition> parseCondition(const QRegularExpressionMatch& match, const QString& typed) {
    using Compare = PlanFilter::Condition::Compare;
    const Name* name = nameOf(match.captured(1));
    if (!name) return Error{printable(match.captured(0).toStdString()), "no such figure", "use " + allNames()};
    const auto value = parseQuantity(typed.toStdString(), name->unit);
    if (!value) return value.error();
    const QString sign = match.captured(2);
    const Compare compare = sign == u"<"                          ? Compare::Less
                            : sign == u"<=" || sign == u"\u2264" ? Compare::LessEqual
                            : sign == u">"                        ? Compare::Greater
                                                                  : Compare::GreaterEqual;
    // Plans are counted from 1 on screen.
    return PlanFilter::Condition{name->column, compare,
                                 name->column == CandidatesModel::PlanColumn ? *value - 1 : *value};
}

} // namespace

Result<PlanFilter> parsePlanFilter(const QString& typed) {
    static const QRegularExpression kCondition(
        QStringLiteral("([A-Za-z]+)\\s*(<=|>=|<|>|\u2264|\u2265)\\s*([^\\s<>\u2264\u2265]+)"));
    static const QRegularExpression kWord(QStringLiteral("\\G\\s+([^\\s<>]+)"));
    PlanFilter filter;
    QString rest;
    qsizetype done = 0;
    for (auto match = kCondition.match(typed); match.hasMatch(); match = kCondition.match(typed, done)) {
        rest += typed.mid(done, match.capturedStart() - done) + u' ';
        done = match.capturedEnd();
        QString value = match.captured(3);
        // "20 ms": the word behind a number is its unit where it can be one.
        const auto word = kWord.match(typed, done);
        if (word.hasMatch() && isUnitOf(match.captured(1), value, word.captured(1))) {
            value += word.captured(1);
            done = word.capturedEnd();
        }
        auto condition = parseCondition(match, value);
        if (!condition) return condition.error();
        filter.conditions.push_back(*condition);
    }
    rest += typed.mid(done);
    static const QRegularExpression kSign(QStringLiteral("[<>\u2264\u2265]"));
    if (rest.contains(kSign))
        return Error{printable(typed.toStdString()), "a condition without a number",
                     "write for example energy<20mJ; figures: " + allNames()};
    for (const QString& word : rest.split(u' ', Qt::SkipEmptyParts)) filter.words.push_back(word.toLower());
    return filter;
}

bool PlanFilter::accepts(const CandidatesModel& model, std::uint32_t plan) const {
    for (const Condition& condition : conditions) {
        const double value = model.keyOf(plan, condition.column);
        const bool met = condition.compare == Condition::Compare::Less        ? value < condition.value
                         : condition.compare == Condition::Compare::LessEqual ? value <= condition.value
                         : condition.compare == Condition::Compare::Greater   ? value > condition.value
                                                                              : value >= condition.value;
        if (!met) return false;
    }
    if (words.empty()) return true;
    const QString whole =
        (model.titleOf(plan) + u'\n' + model.platformsOf(plan) + u'\n' + model.cutOf(plan)).toLower();
    return std::all_of(words.begin(), words.end(), [&](const QString& word) { return whole.contains(word); });
}

CandidatesProxy::CandidatesProxy(CandidatesModel* model, QObject* parent)
    : QSortFilterProxyModel(parent), m_model(model) {
    setSortRole(CandidatesModel::SortRole);
    setSourceModel(model);
}

void CandidatesProxy::setFilter(PlanFilter filter) {
    m_filter = std::move(filter);
    invalidateFilter();
}

bool CandidatesProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    const auto column = static_cast<CandidatesModel::Column>(left.column());
    const std::uint32_t one = m_model->planAt(left.row()), other = m_model->planAt(right.row());
    if (!m_model->anyOpen()) return isBefore(one, other, column);
    const std::uint32_t first = m_model->standInOf(one).value_or(one), second = m_model->standInOf(other).value_or(other);
    // What stands for a group stays on top of it, whichever way rows are sorted.
    if (first == second && (one == first || other == second))
        return one != other && (one == first) == (sortOrder() == Qt::AscendingOrder);
    if (first == second) return isBefore(one, other, column);
    if (isBefore(first, second, column)) return true;
    return !isBefore(second, first, column) && first < second; // equal ones must not mix their groups
}

bool CandidatesProxy::isBefore(std::uint32_t left, std::uint32_t right, CandidatesModel::Column column) const {
    const double a = m_model->keyOf(left, column), b = m_model->keyOf(right, column);
    // Unknown figures stand last; NaN would break the order otherwise.
    if (std::isnan(a) || std::isnan(b)) return !std::isnan(a) && std::isnan(b);
    return a < b;
}

bool CandidatesProxy::filterAcceptsRow(int row, const QModelIndex&) const {
    return m_filter.empty() || m_filter.accepts(*m_model, m_model->planAt(row));
}

} // namespace cutline
