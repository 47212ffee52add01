// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/data_set_facts.h"

#include "core/base/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace cutline {

using nlohmann::json;

namespace {

/// A text without its white space, in small letters.
std::string squeezed(const std::string& text) {
    std::string out = lowered(text);
    std::erase_if(out, [](char c) { return c == ' ' || c == '\t'; });
    return out;
}

bool isSize(const json& value) { return value.is_number_unsigned() && value.get<std::uint64_t>() > 0; }

} // namespace

std::string formulaNote(const json& root, bool bytes, const std::string& where) {
    const auto at = root.find("formula");
    if (at == root.end()) return {};
    const std::string formula = at->is_string() ? squeezed(at->get<std::string>()) : at->dump();
    const bool scaled = root.contains("scale");
    const std::string pixel = scaled ? "u*scale" : bytes ? "u/255" : "u";
    for (const std::string& known : {"x=(" + pixel + "-mean[c])/std[c]", "x=(" + pixel + "-mean)/std"})
        if (formula == known) return {};
    if (formula == "x=" + pixel && !root.contains("mean") && !root.contains("std")) return {};
    return where + ": 'formula' " + inQuotes(formula, 80) + " is not read; what is done is x = (" + pixel +
           " - mean[c]) / std[c]; say what differs with 'scale', 'mean' and 'std'";
}

Result<void> checkFacts(const json& root, const std::string& where) {
    const std::vector<std::string> formats{"idx", "npy"};
    const std::vector<std::string> types{"uint8", "int8", "uint16", "int16", "int32", "uint32", "int64", "uint64", "float32", "float64"};
    for (const auto& [key, known] : {std::pair<const char*, const std::vector<std::string>&>{"format", formats},
                                     {"dtype", types}}) {
        const auto at = root.find(key);
        if (at == root.end()) continue;
        const std::string value = at->is_string() ? lowered(at->get<std::string>()) : at->dump();
        if (std::find(known.begin(), known.end(), value) != known.end()) continue;
        std::string list;
        for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
        return Error{where, std::string("'") + key + "' is " + inQuotes(value, 40), "use one of " + list + ", or leave it out"};
    }
    for (const char* key : {"height", "width", "channels"})
        if (root.contains(key) && !isSize(root.at(key)))
            return Error{where, std::string("'") + key + "' is " + elided(printable(root.at(key).dump()), 40) +
                             ", no whole number above 0",
                         "correct it, or leave it out"};
    return {};
}

} // namespace cutline
