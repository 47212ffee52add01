// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine_reason.h"

#include "core/base/text.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace cutline {
namespace {

/// What stands between two texts, the first of them at its first place; empty where one is not there.
std::string_view between(std::string_view text, std::string_view from, std::string_view to) {
    const auto start = text.find(from);
    if (start == std::string_view::npos) return {};
    text.remove_prefix(start + from.size());
    const auto end = text.find(to);
    return end == std::string_view::npos ? std::string_view() : text.substr(0, end);
}

/// Takes out "/../file.cc:46 type name(arguments) ": from the path to the bracket that closes the arguments.
std::string withoutSource(std::string text) {
    for (auto at = text.find("/onnxruntime"); at != std::string::npos; at = text.find("/onnxruntime", at)) {
        const auto source = text.find_first_of(" \n", at);
        const auto open = text.find('(', at);
        if (text.substr(at, source - at).find(':') == std::string::npos || open == std::string::npos) {
            ++at;
            continue;
        }
        std::size_t end = open;
        for (int depth = 0; end < text.size(); ++end) {
            depth += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
            if (depth == 0) break;
        }
        if (end >= text.size()) break;
        ++end;
        if (text.compare(end, 6, " const") == 0) end += 6;
        if (text.compare(end, 7, " [with ") == 0) end = std::min(text.size(), text.find(']', end) + 1);
        while (end < text.size() && text[end] == ' ') ++end;
        text.erase(at, end - at);
    }
    return text;
}

/// "Load model from /path/x.onnx failed:": the file is named already.
std::string withoutFile(std::string text) {
    constexpr std::string_view kStart = "Load model from ", kEnd = " failed:";
    if (!text.starts_with(kStart)) return text;
    const auto end = text.find(kEnd);
    return end == std::string::npos ? text : text.substr(end + kEnd.size());
}

std::string without(std::string text, std::string_view part) {
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part)) text.erase(at, part.size());
    return text;
}

bool hasAny(std::string_view text, std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts)
        if (text.find(part) != std::string_view::npos) return true;
    return false;
}

} // namespace

Error plainReason(Error said) {
    if (!said.fix.empty()) { // our own words, or an input's that has its advice
        said.what = withoutSource(std::move(said.what));
        return said;
    }
    const std::string& text = said.what;
    if (hasAny(text, {"bad_alloc", "allocate memory", "bad allocation", "Out of memory"}))
        return {said.where, "needs more memory than the engine may take",
                "use a smaller batch, fewer images or a smaller model"};
    if (hasAny(text, {"filesystem error", "external data", "External data"}) &&
        hasAny(text, {"No such file", "does not exist", "cannot get file size"})) {
        std::string file(between(text, "[", "]"));
        file = file.substr(file.rfind('/') + 1);
        return {said.where, "external data are not there" + (file.empty() ? std::string() : ": " + printable(file)),
                "put the file beside the model"};
    }
    if (const auto opset = between(text, "Opset ", " is under development"); !opset.empty())
        return {said.where, "the engine does not know opset " + std::string(opset),
                "export the model with an older opset"};
    std::string node(between(text, "while running ", " node."));
    if (!node.empty())
        node = "node " + std::string(between(text, "Name:'", "'")) + " (" + node + "): ";
    std::string reason = text;
    if (const auto at = reason.find("Status Message: "); !node.empty() && at != std::string::npos)
        reason = reason.substr(at + std::string_view("Status Message: ").size());
    reason = withoutSource(withoutFile(std::move(reason)));
    for (const std::string_view part : {"Exception during initialization: ", "Exception caught: ", "[ONNXRuntimeError] : "})
        reason = without(std::move(reason), part);
    said.what = "the engine refuses it: " + printable(node) + std::string(trimmed(reason));
    said.fix = "check the model, or export it again with another opset";
    return said;
}

} // namespace cutline
