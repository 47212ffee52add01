// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/split/sub_model.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace cutline {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

class Cutter {
public:
    Cutter(const FileModel& file, const Plan& plan, const std::function<bool(std::uint32_t)>& varies)
        : m_file(file), m_varies(varies), m_graph(file.graph()), m_plan(plan), m_piece_of(m_graph.layerCount(), kNone),
          m_home(m_graph.tensors().size(), kNone), m_wants(m_graph.tensors().size())
    {
    }
    SubModels run();

private:
    void formPieces();
    std::vector<std::size_t> brokenStages() const;
    void findHomes();
    void read(std::size_t piece, std::string_view name);
    void takeNode(std::size_t piece, std::uint32_t node);
    void takeConstants(std::size_t piece, std::string_view name);
    void takeNames(std::size_t piece, std::span<const std::string_view> names);
    bool isElsewhere(std::uint32_t node) const;
    void takeMeasures();
    void makeOutputs();
    void crossTensor(TensorId tensor);
    std::vector<std::string_view> crossingNames(const std::set<std::string_view>& wanted) const;
    Port& input(std::size_t piece, std::string_view name, std::optional<TensorId> tensor, std::size_t from);
    Port& output(std::size_t piece, std::string_view name, std::optional<TensorId> tensor);
    void placeUnread();
    bool available(std::size_t piece, std::string_view name) const;
    bool canHave(std::size_t piece, std::string_view name) const;
    std::optional<std::size_t> giverOf(std::size_t piece, std::string_view name) const;
    void handOn(std::size_t giver, std::size_t piece, std::string_view name);
    void order(std::size_t piece);

    const FileModel& m_file;
    const std::function<bool(std::uint32_t)>& m_varies;
    const Graph& m_graph;
    const Plan& m_plan;
    SubModels m_made;
    std::vector<std::size_t> m_piece_of; ///< of each layer
    std::vector<std::size_t> m_home;     ///< piece that has a tensor first
    /// Names by which other pieces than its home read a tensor.
    std::vector<std::map<std::size_t, std::set<std::string_view>>> m_wants;
    std::vector<std::set<std::uint32_t>> m_inside; ///< nodes of each piece
    std::vector<std::set<std::uint32_t>> m_given;  ///< constant nodes whose results each piece has as weights
    std::vector<std::set<std::uint32_t>> m_measures; ///< Shape and Size nodes that each piece needs the results of
};

/// Pieces of layers where the stages wait for each other: a layer joins the latest piece of its stage where that comes
/// after everything it reads from, else it opens a new one.
std::vector<std::size_t> Cutter::brokenStages() const
{
    std::vector<std::size_t> piece_of(m_graph.layerCount()), stage_of(m_graph.layerCount());
    for (std::size_t s = 0; s < m_plan.stages.size(); ++s)
        for (const LayerId layer : m_plan.stages[s].layers) stage_of[layer.index()] = s;
    std::vector<std::size_t> latest(m_plan.stages.size(), kNone);
    std::size_t count = 0;
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l) {
        std::size_t& at = latest[stage_of[l]];
        const auto before = m_graph.predecessors(LayerId{l});
        const bool joins = at != kNone && std::all_of(before.begin(), before.end(),
                                                      [&](LayerId p) { return piece_of[p.index()] <= at; });
        if (!joins) at = count++;
        piece_of[l] = at;
    }
    return piece_of;
}

void Cutter::formPieces()
{
    std::size_t count = 0;
    for (const Stage& stage : m_plan.stages) {
        if (stage.layers.empty()) continue;
        for (const LayerId layer : stage.layers) m_piece_of[layer.index()] = count;
        ++count;
    }
    bool in_order = true;
    for (std::uint32_t l = 0; l < m_graph.layerCount(); ++l)
        for (const LayerId before : m_graph.predecessors(LayerId{l}))
            in_order = in_order && m_piece_of[before.index()] <= m_piece_of[l];
    if (!in_order) {
        m_piece_of = brokenStages();
        count = *std::max_element(m_piece_of.begin(), m_piece_of.end()) + 1;
    }
    m_made.pieces.resize(count);
    m_inside.resize(count);
    m_measures.resize(count);
    m_given.resize(count);
    for (const Stage& stage : m_plan.stages)
        for (const LayerId layer : stage.layers) {
            SubModel& piece = m_made.pieces[m_piece_of[layer.index()]];
            piece.platform = stage.platform;
            piece.layers.push_back(layer);
        }
}

/// A tensor's home is where it is made; an input of the model is at home where it is read first.
void Cutter::findHomes()
{
    for (std::uint32_t t = 0; t < m_graph.tensors().size(); ++t) {
        const Tensor& tensor = m_graph.tensors()[t];
        if (tensor.producer) m_home[t] = m_piece_of[tensor.producer->index()];
        for (const LayerId reader : tensor.consumers)
            if (!tensor.producer) m_home[t] = std::min(m_home[t], m_piece_of[reader.index()]);
        if (m_home[t] == kNone) m_home[t] = m_made.pieces.size() - 1;
    }
}

void Cutter::takeConstants(std::size_t piece, std::string_view name)
{
    std::vector<std::string_view> open{name};
    while (!open.empty()) {
        const auto maker = m_file.producer(open.back());
        open.pop_back();
        if (!maker) continue;
        if (m_file.measures(*maker)) {
            m_measures[piece].insert(*maker);
            continue;
        }
        if (m_inside[piece].contains(*maker) || m_given[piece].contains(*maker)) continue;
        if (isElsewhere(*maker) && m_file.isGivable(*maker) && !m_varies(*maker)) {
            m_given[piece].insert(*maker);
            continue;
        }
        m_inside[piece].insert(*maker);
        for (const std::string_view read : m_file.reads(*maker)) open.push_back(read);
    }
}

bool Cutter::isElsewhere(std::uint32_t node) const
{
    return std::any_of(m_inside.begin(), m_inside.end(), [&](const auto& inside) { return inside.contains(node); });
}

void Cutter::takeNode(std::size_t piece, std::uint32_t node)
{
    if (!m_inside[piece].insert(node).second) return;
    for (const std::string_view name : m_file.reads(node))
        if (m_file.isConstant(name)) takeConstants(piece, name);
}

/// The nodes that lead from the first of these names of a tensor to the last.
void Cutter::takeNames(std::size_t piece, std::span<const std::string_view> names)
{
    for (std::size_t i = 1; i < names.size(); ++i) takeNode(piece, *m_file.producer(names[i]));
}

Port& Cutter::input(std::size_t piece, std::string_view name, std::optional<TensorId> tensor, std::size_t from)
{
    auto& ports = m_made.pieces[piece].inputs;
    for (Port& port : ports)
        if (port.name == name) return port;
    return ports.emplace_back(Port{name, tensor, from, {}, false, false});
}

Port& Cutter::output(std::size_t piece, std::string_view name, std::optional<TensorId> tensor)
{
    auto& ports = m_made.pieces[piece].outputs;
    for (Port& port : ports)
        if (port.name == name) return port;
    return ports.emplace_back(Port{name, tensor, piece + 1, {}, false, false});
}

void Cutter::read(std::size_t piece, std::string_view name)
{
    if (m_file.isConstant(name)) return takeConstants(piece, name);
    const auto tensor = m_file.tensorOf(name);
    if (!tensor) return;
    if (m_home[tensor->index()] != piece) {
        m_wants[tensor->index()][piece].insert(name);
        return;
    }
    const auto names = m_file.namesTo(name);
    if (!m_graph.tensor(*tensor).producer) input(piece, names.front(), *tensor, 0);
    takeNames(piece, names);
}

void Cutter::makeOutputs()
{
    for (const onnx_file::ValueInfo& value : m_file.body().outputs) {
        if (m_file.isConstant(value.name)) {
            const std::size_t last = m_made.pieces.size() - 1;
            takeConstants(last, value.name);
            output(last, value.name, std::nullopt).is_model_output = true;
            continue;
        }
        const auto tensor = m_file.tensorOf(value.name);
        if (!tensor) continue;
        // What comes in and goes out as it is, no piece makes.
        const auto names = m_file.namesTo(value.name);
        if (names.size() == 1 && !m_graph.tensor(*tensor).producer) continue;
        const std::size_t home = m_home[tensor->index()];
        read(home, value.name);
        output(home, value.name, tensor).is_model_output = true;
    }
}

/// The names from the tensor's own to the one that crosses to a piece which reads it under `wanted`: integers rather
/// than what is made of them, and one name for all.
std::vector<std::string_view> Cutter::crossingNames(const std::set<std::string_view>& wanted) const
{
    std::vector<std::string_view> common;
    bool first = true;
    for (const std::string_view name : wanted) {
        std::vector<std::string_view> names = m_file.namesTo(name);
        if (names.size() > 1 && m_file.node(*m_file.producer(name)).op == "DequantizeLinear") names.pop_back();
        if (first) common = names;
        first = false;
        const auto end = std::mismatch(common.begin(), common.end(), names.begin(), names.end()).first;
        common.erase(end, common.end());
    }
    return common;
}

void Cutter::crossTensor(TensorId tensor)
{
    const std::size_t home = m_home[tensor.index()];
    for (const auto& [piece, wanted] : m_wants[tensor.index()]) {
        const auto crossing = crossingNames(wanted);
        const bool from_outside = crossing.size() == 1 && !m_graph.tensor(tensor).producer;
        input(piece, crossing.back(), tensor, from_outside ? 0 : home + 1);
        if (!from_outside) {
            read(home, crossing.back());
            output(home, crossing.back(), tensor).to.push_back(piece + 1);
        }
        for (const std::string_view name : wanted) {
            const auto names = m_file.namesTo(name);
            takeNames(piece, std::span(names).subspan(crossing.size() - 1));
        }
    }
}

/// Shape and Size nodes stay where what they measure is; elsewhere their result does.
void Cutter::takeMeasures()
{
    for (std::size_t p = 0; p < m_measures.size(); ++p)
        for (const std::uint32_t node : m_measures[p]) {
            const std::string_view of = m_file.node(node).inputs[0], name = m_file.node(node).outputs[0];
            const bool once = !m_varies(node) && isElsewhere(node);
            if (available(p, of) && !once) {
                m_inside[p].insert(node);
                continue;
            }
            const auto tensor = m_file.tensorOf(of);
            const std::size_t home = tensor ? m_home[tensor->index()] : kNone;
            if (home < p && m_varies(node) && available(home, of)) {
                m_inside[home].insert(node);
                output(home, name, std::nullopt).to.push_back(p + 1);
                input(p, name, std::nullopt, home + 1);
            } else {
                m_given[p].insert(node);
            }
        }
}

bool Cutter::available(std::size_t piece, std::string_view name) const
{
    if (m_file.isInitializer(name)) return true;
    const auto maker = m_file.producer(name);
    if (maker && (m_inside[piece].contains(*maker) || m_given[piece].contains(*maker))) return true;
    const auto& inputs = m_made.pieces[piece].inputs;
    return std::any_of(inputs.begin(), inputs.end(), [&](const Port& port) { return port.name == name; });
}

/// A name is there, or a constant that can be taken in without a measured shape.
bool Cutter::canHave(std::size_t piece, std::string_view name) const
{
    std::vector<std::string_view> open{name};
    std::set<std::string_view> seen;
    while (!open.empty()) {
        const std::string_view next = open.back();
        open.pop_back();
        if (available(piece, next) || !seen.insert(next).second) continue;
        if (!m_file.isConstant(next) || m_file.measures(*m_file.producer(next))) return false;
        const auto reads = m_file.reads(*m_file.producer(next));
        open.insert(open.end(), reads.begin(), reads.end());
    }
    return true;
}

/// An earlier piece on the same platform that has a tensor: nothing is charged for handing it on.
std::optional<std::size_t> Cutter::giverOf(std::size_t piece, std::string_view name) const
{
    const auto tensor = m_file.tensorOf(name);
    if (!tensor || !m_graph.tensor(*tensor).shape || m_file.dataType(name) == 0) return std::nullopt;
    for (std::size_t p = 0; p < piece; ++p)
        if (m_made.pieces[p].platform == m_made.pieces[piece].platform && available(p, name)) return p;
    return std::nullopt;
}

void Cutter::handOn(std::size_t giver, std::size_t piece, std::string_view name)
{
    std::size_t from = giver + 1;
    for (const Port& port : m_made.pieces[giver].inputs)
        if (port.name == name) from = port.from;
    const auto tensor = m_file.tensorOf(name);
    input(piece, name, tensor, from);
    if (from == 0) return;
    auto& to = output(from - 1, name, tensor).to;
    to.insert(std::lower_bound(to.begin(), to.end(), piece + 1), piece + 1);
}

/// Nodes without a reader belong to the model all the same; they must not make anything cross to another platform.
void Cutter::placeUnread()
{
    std::vector<bool> placed(m_file.nodeCount(), false);
    for (const auto& inside : m_inside)
        for (const std::uint32_t node : inside) placed[node] = true;
    for (const std::uint32_t node : m_file.order()) {
        if (placed[node]) continue;
        const auto fits = [&](std::size_t piece) {
            const auto reads = m_file.reads(node);
            return std::all_of(reads.begin(), reads.end(),
                               [&](std::string_view name) { return canHave(piece, name) || giverOf(piece, name); });
        };
        std::size_t piece = 0;
        while (piece < m_inside.size() && !fits(piece)) ++piece;
        placed[node] = true;
        if (piece == m_inside.size()) {
            m_made.left_out.push_back(node);
            continue;
        }
        for (const std::string_view name : m_file.reads(node))
            if (!canHave(piece, name)) handOn(*giverOf(piece, name), piece, name);
        takeNode(piece, node);
    }
}

/// The layers in the plan's order, everything else before its first reader.
void Cutter::order(std::size_t number)
{
    SubModel& piece = m_made.pieces[number];
    const std::set<std::uint32_t>& inside = m_inside[number];
    std::set<std::uint32_t> done;
    const auto emit = [&](std::uint32_t wanted) {
        std::vector<std::uint32_t> open{wanted};
        while (!open.empty()) {
            const std::uint32_t node = open.back();
            bool ready = true;
            for (const std::string_view name : m_file.reads(node)) {
                const auto maker = m_file.producer(name);
                if (!maker || done.contains(*maker) || !inside.contains(*maker)) continue;
                open.push_back(*maker);
                ready = false;
            }
            if (!ready) continue;
            open.pop_back();
            if (done.insert(node).second) piece.nodes.push_back(node);
        }
    };
    for (const LayerId layer : piece.layers) emit(m_graph.layer(layer).file_index);
    for (const std::uint32_t node : m_file.order())
        if (inside.contains(node)) emit(node);
    piece.given.assign(m_given[number].begin(), m_given[number].end());
    const auto earlier = [](const Port& a, const Port& b) { return a.from < b.from; };
    std::stable_sort(piece.inputs.begin(), piece.inputs.end(), earlier);
}

SubModels Cutter::run()
{
    formPieces();
    findHomes();
    for (std::size_t p = 0; p < m_made.pieces.size(); ++p)
        for (const LayerId layer : m_made.pieces[p].layers) {
            const std::uint32_t node = m_graph.layer(layer).file_index;
            takeNode(p, node);
            for (const std::string_view name : m_file.reads(node)) read(p, name);
        }
    makeOutputs();
    for (std::uint32_t t = 0; t < m_wants.size(); ++t) crossTensor(TensorId{t});
    takeMeasures();
    placeUnread();
    for (std::size_t p = 0; p < m_made.pieces.size(); ++p) order(p);
    return std::move(m_made);
}

} // namespace

SubModels cutInPieces(const FileModel& file, const Plan& plan, const std::function<bool(std::uint32_t)>& varies)
{
    return Cutter(file, plan, varies).run();
}

} // namespace cutline
