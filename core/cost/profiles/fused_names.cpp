// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/profiles/fused_names.h"

#include "core/base/text.h"

#include <algorithm>

namespace cutline::profiles {
namespace {

constexpr std::size_t kMostNesting = 32;
constexpr std::size_t kLongestName = 1 << 20;

using Find = std::function<std::optional<LayerId>(std::string_view)>;

/// Parts of `text` at `separator` outside of parentheses; one part where it does not stand there. Where
/// parentheses do not close, they belong to a name and do not count.
std::vector<std::string_view> partsOf(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> parts;
    std::size_t start = 0;
    int depth = 0;
    const auto count = [&](std::string_view signs) {
        return std::count_if(text.begin(), text.end(),
                             [&](char c) { return signs.find(c) != std::string_view::npos; });
    };
    const bool nested = count("([{") == count(")]}");
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (nested && (c == '(' || c == '[' || c == '{')) ++depth;
        if ((c == ')' || c == ']' || c == '}') && depth > 0) --depth;
        if (depth > 0 || text.compare(i, separator.size(), separator) != 0) continue;
        parts.push_back(text.substr(start, i - start));
        start = i + separator.size();
        i = start - 1;
    }
    parts.push_back(text.substr(start));
    return parts;
}

class Parser {
public:
    explicit Parser(const Find& find) : m_find(find) {}

    /// Adds what `text` names to the result; its form.
    MatchKind take(std::string_view text, std::size_t depth);
    FusedName result;

private:
    MatchKind takeParts(const std::vector<std::string_view>& parts, MatchKind kind, std::size_t depth) {
        for (const std::string_view part : parts) take(part, depth + 1);
        return kind;
    }
    bool takeForeign(std::string_view text);

    const Find& m_find;
};

/// "{ForeignNode[a...b]}", where a and b may hold dots themselves.
bool Parser::takeForeign(std::string_view text) {
    constexpr std::string_view kStart = "{ForeignNode[", kEnd = "]}";
    if (!text.starts_with(kStart) || !text.ends_with(kEnd) || text.size() < kStart.size() + kEnd.size())
        return false;
    const std::string_view inside = text.substr(kStart.size(), text.size() - kStart.size() - kEnd.size());
    if (const auto alone = m_find(inside)) {
        result.layers.push_back(*alone);
        return true;
    }
    FusedName::Between half;
    for (auto at = inside.find("..."); at != std::string_view::npos; at = inside.find("...", at + 1)) {
        const auto first = m_find(inside.substr(0, at)), last = m_find(inside.substr(at + 3));
        if (!half.first && !half.last) half = {first, last};
        if (!first || !last) continue;
        half = {first, last};
        break;
    }
    if (half.first || half.last) {
        result.between.push_back(half);
        return true;
    }
    result.strangers.emplace_back(inside);
    return true;
}

MatchKind Parser::take(std::string_view text, std::size_t depth) {
    text = trimmed(text);
    if (const auto layer = m_find(text)) {
        result.layers.push_back(*layer);
        return MatchKind::Exact;
    }
    if (depth < kMostNesting) {
        if (takeForeign(text)) return MatchKind::Between;
        constexpr std::pair<std::string_view, MatchKind> kSigns[] = {{" || ", MatchKind::SideBySide},
                                                                     {" + ", MatchKind::Sequence}};
        for (const auto& [sign, kind] : kSigns)
            if (const auto parts = partsOf(text, sign); parts.size() > 1)
                return takeParts(parts, kind, depth);
        if (text.starts_with("PWN(") && text.ends_with(')'))
            return takeParts(partsOf(text.substr(4, text.size() - 5), ","), MatchKind::Pointwise, depth);
        // TensorRT encloses a group inside another one in parentheses.
        if (text.starts_with('(') && text.ends_with(')') && text.size() > 2)
            return take(text.substr(1, text.size() - 2), depth + 1);
    }
    result.strangers.emplace_back(text);
    return MatchKind::None;
}

} // namespace

std::optional<FusedName> fusedName(std::string_view name, const Find& find) {
    if (name.size() > kLongestName) return std::nullopt;
    Parser parser(find);
    parser.result.kind = parser.take(name, 0);
    FusedName& found = parser.result;
    if (found.kind == MatchKind::None || (found.layers.empty() && found.between.empty())) return std::nullopt;
    std::sort(found.layers.begin(), found.layers.end());
    found.layers.erase(std::unique(found.layers.begin(), found.layers.end()), found.layers.end());
    return std::move(found);
}

std::optional<ReformatName> reformatName(std::string_view name) {
    if (!name.starts_with("Reformatting CopyNode for ")) return std::nullopt;
    for (const std::string_view start :
         {"Reformatting CopyNode for Network Input ", "Reformatting CopyNode for Network Output "})
        if (name.starts_with(start)) return ReformatName{trimmed(name.substr(start.size())), true};
    const auto at = name.find(" to ");
    if (at == std::string_view::npos) return ReformatName{};
    return ReformatName{trimmed(name.substr(at + 4)), false};
}

} // namespace cutline::profiles
