// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/op_rules.h"

#include <map>

namespace cutline {
namespace {

void gemm(OpCall& call)
{
    call.needInputs(2, 3);
    call.needSameType(0, 1);
    call.set(0, call.type(0), std::nullopt);
    const Shape* a = call.shape(0);
    const Shape* b = call.shape(1);
    for (std::size_t i : {std::size_t{0}, std::size_t{1}})
        if (call.shape(i) && call.shape(i)->size() != 2)
            call.fail("input " + call.inputText(i) + " has " + std::to_string(call.shape(i)->size()) +
                      " dimensions, Gemm wants 2");
    if (!a || !b) return;
    const bool ta = call.integer("transA", 0) != 0, tb = call.integer("transB", 0) != 0;
    const std::int64_t k = (*a)[ta ? 0 : 1], other = (*b)[tb ? 1 : 0];
    if (k >= 0 && other >= 0 && k != other)
        call.fail("inputs " + call.inputText(0) + " and " + call.inputText(1) +
                  " do not multiply: " + std::to_string(k) + " against " + std::to_string(other));
    const Shape out{(*a)[ta ? 1 : 0], (*b)[tb ? 0 : 1]};
    if (const Shape* c = call.shape(2); c && call.opset() >= 7) {
        const Shape both = broadcast(out, *c, "the product (" + shapeText(out) + ")", call.inputText(2));
        if (both.size() != 2 || (both[0] != out[0] && out[0] >= 0) || (both[1] != out[1] && out[1] >= 0))
            call.fail("addend " + call.inputText(2) + " does not stretch to the product (" + shapeText(out) +
                      ")");
    }
    call.set(0, call.type(0), out);
}

void matMul(OpCall& call)
{
    const bool quantised = call.op() == "QLinearMatMul";
    if (quantised)
        call.needInputs(8, 8);
    else if (call.op() == "MatMulInteger")
        call.needInputs(2, 4);
    else
        call.needInputs(2, 2);
    const std::size_t second = quantised ? 3 : 1;
    ElementType type = call.type(0);
    if (quantised)
        type = call.type(7);
    else if (call.op() == "MatMulInteger")
        type = ElementType::Int32;
    else
        call.needSameType(0, 1);
    call.set(0, type, std::nullopt);
    if (!call.shape(0) || !call.shape(second)) return;
    Shape a = *call.shape(0), b = *call.shape(second);
    if (a.empty() || b.empty())
        call.fail("inputs " + call.inputText(0) + " and " + call.inputText(second) +
                  ": a scalar does not multiply as a matrix");
    const bool row = a.size() == 1, column = b.size() == 1;
    if (row) a.insert(a.begin(), 1);
    if (column) b.push_back(1);
    const std::int64_t k = a.back(), other = b[b.size() - 2];
    if (k >= 0 && other >= 0 && k != other)
        call.fail("inputs " + call.inputText(0) + " and " + call.inputText(second) +
                  " do not multiply: " + std::to_string(k) + " against " + std::to_string(other));
    Shape out = broadcast(Shape(a.begin(), a.end() - 2), Shape(b.begin(), b.end() - 2), call.inputText(0),
                          call.inputText(second));
    if (!row) out.push_back(a[a.size() - 2]);
    if (!column) out.push_back(b.back());
    call.set(0, type, out);
}

/// X [steps, batch, I] (layout 1: batch first), W [directions, gates*H, I], R [directions, gates*H, H].
void recurrent(OpCall& call)
{
    const bool lstm = call.op() == "LSTM";
    const std::int64_t gates = lstm ? 4 : call.op() == "GRU" ? 3 : 1;
    call.needInputs(3, lstm ? 8 : 6);
    for (std::size_t i = 0; i < call.outputCount(); ++i) call.set(i, call.type(0), std::nullopt);
    const std::string_view direction = call.text("direction", "forward");
    if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
        call.fail("direction is " + shown(direction) + ", forward, reverse or bidirectional wanted");
    const std::int64_t directions = direction == "bidirectional" ? 2 : 1;
    for (std::size_t i = 0; i < 3; ++i)
        if (call.shape(i) && call.shape(i)->size() != 3)
            call.fail("input " + call.inputText(i) + " has " + std::to_string(call.shape(i)->size()) +
                      " dimensions, 3 wanted");
    std::int64_t hidden = call.integer("hidden_size", -1);
    if (call.hasAttribute("hidden_size") && hidden < 1)
        call.fail("hidden_size is " + std::to_string(hidden) + ", 1 or more wanted");
    const Shape* w = call.shape(1);
    const Shape* r = call.shape(2);
    if (hidden < 0 && r) hidden = (*r)[2];
    const auto check = [&](std::size_t i, std::size_t dim, std::int64_t wanted) {
        const std::int64_t size = (*call.shape(i))[dim];
        if (size >= 0 && wanted >= 0 && size != wanted)
            call.fail("input " + call.inputText(i) + ": dimension " + std::to_string(dim) + " is " +
                      std::to_string(size) + ", " + std::to_string(wanted) + " wanted");
    };
    const Shape* x = call.shape(0);
    if (w) {
        check(1, 0, directions);
        if (hidden >= 0) check(1, 1, gates * hidden);
        if (x) check(1, 2, (*x)[2]);
    }
    if (r) {
        check(2, 0, directions);
        if (hidden >= 0) check(2, 1, gates * hidden), check(2, 2, hidden);
    }
    if (!x) return;
    const bool batch_first = call.integer("layout", 0) != 0;
    const std::int64_t steps = (*x)[batch_first ? 1 : 0], batch = (*x)[batch_first ? 0 : 1];
    const Shape state = batch_first ? Shape{batch, directions, hidden} : Shape{directions, batch, hidden};
    call.set(0, call.type(0),
             batch_first ? Shape{batch, steps, directions, hidden} : Shape{steps, directions, batch, hidden});
    call.set(1, call.type(0), state);
    if (lstm) call.set(2, call.type(0), state);
}

std::string withoutSpaces(std::string_view text)
{
    std::string out;
    for (const char c : text)
        if (c != ' ') out += c;
    return out;
}

std::vector<std::string> termsOf(const std::string& text)
{
    std::vector<std::string> terms(1);
    for (const char c : text) {
        if (c == ',')
            terms.emplace_back();
        else
            terms.back() += c;
    }
    return terms;
}

/// Equations without ellipsis; others leave the shape open.
void einsum(OpCall& call)
{
    call.needInputs(1, 1000);
    call.set(0, call.type(0), std::nullopt);
    if (!call.hasAttribute("equation"))
        call.fail("has no attribute equation", "export the model again with it");
    const std::string equation = withoutSpaces(call.text("equation", ""));
    if (equation.find("...") != std::string::npos) return;
    const auto arrow = equation.find("->");
    const auto terms = termsOf(equation.substr(0, arrow));
    if (terms.size() != call.inputCount())
        call.fail("equation " + shown(equation) + " speaks of " + std::to_string(terms.size()) +
                  " inputs, there are " + std::to_string(call.inputCount()));
    std::map<char, std::int64_t> sizes;
    std::map<char, int> uses;
    bool known = true;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        for (const char c : terms[i]) ++uses[c];
        const Shape* s = call.shape(i);
        known = known && s;
        if (!s) continue;
        if (s->size() != terms[i].size())
            call.fail("equation " + shown(equation) + " does not fit input " + call.inputText(i));
        for (std::size_t d = 0; d < s->size(); ++d) {
            const auto [at, fresh] = sizes.emplace(terms[i][d], (*s)[d]);
            if (at->second == 1 || at->second < 0)
                at->second = std::max(at->second, (*s)[d]);
            else if ((*s)[d] > 1 && at->second != (*s)[d])
                call.fail(std::string("index ") + terms[i][d] + " is " + std::to_string(at->second) +
                          " and " + std::to_string((*s)[d]));
        }
    }
    std::string result;
    if (arrow != std::string::npos)
        result = equation.substr(arrow + 2);
    else
        for (const auto& [c, count] : uses)
            if (count == 1) result += c;
    Shape out;
    for (const char c : result) {
        if (!uses.contains(c)) call.fail("equation " + shown(equation) + ": index " + c + " is in no input");
        const auto at = sizes.find(c);
        out.push_back(at == sizes.end() ? -1 : at->second);
    }
    call.set(0, call.type(0), out);
}

/// Attention of version 23: Q [batch, heads, rows, width] or [batch, rows, heads*width]; output like Q with
/// V's width.
void attention(OpCall& call)
{
    call.needInputs(3, 7);
    for (std::size_t i = 0; i < call.outputCount(); ++i) call.set(i, call.type(0), std::nullopt);
    const Shape* q = call.shape(0);
    const Shape* v = call.shape(2);
    if (!q || !v || q->size() != v->size()) return;
    Shape out = *q;
    if (q->size() == 4)
        out[3] = (*v)[3];
    else if (q->size() == 3) {
        const std::int64_t q_heads = call.integer("q_num_heads", 1),
                           kv_heads = call.integer("kv_num_heads", q_heads);
        if (q_heads < 1 || kv_heads < 1) call.fail("number of heads is below 1");
        out[2] = (*v)[2] < 0 ? -1 : (*v)[2] / kv_heads * q_heads;
    }
    call.set(0, call.type(0), out);
}

void rotary(OpCall& call)
{
    call.needInputs(3, 4);
    call.set(0, call.type(0), call.shape(0));
}

} // namespace

void addMatrixRules(RuleTable& table)
{
    table["Gemm"] = {gemm, OpClass::FullyConnected};
    for (const std::string_view op : {"MatMul", "MatMulInteger", "QLinearMatMul"})
        table[op] = {matMul, OpClass::FullyConnected};
    for (const std::string_view op : {"LSTM", "GRU", "RNN"}) table[op] = {recurrent, OpClass::Other};
    table["Einsum"] = {einsum, OpClass::Other};
    table["Attention"] = {attention, OpClass::Other};
    table["RotaryEmbedding"] = {rotary, OpClass::Other};
}

} // namespace cutline
