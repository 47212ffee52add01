// SPDX-License-Identifier: GPL-3.0-or-later
// The yardstick: the exact search against NSGA-II as the published flow runs it (1.2 million evaluations, a random start,
// positions in one schedule), in one run: time, front, hypervolume of both. Ends with status 1 if NSGA-II has a
// point that a COMPLETE front lacks. Arguments: evaluations; networks to leave others out.
#include "core/cost/cost_model.h"
#include "core/graph/import.h"
#include "core/platform/library.h"
#include "core/search/hypervolume.h"
#include "core/search/nsga2.h"
#include "core/search/row.h"
#include "tests/bench/googlenet_like.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <numeric>

using namespace cutline;

namespace {

template <class T> T orExit(Result<T> result)
{
    if (result) return *std::move(result);
    std::fprintf(stderr, "%s\n", result.error().message().c_str());
    std::exit(2);
}

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// Four library platforms in a chain of Gigabit Ethernet.
SystemPtr fourPlatforms()
{
    const Library library = Library::load({CUTLINE_SOURCE_DIR "/platforms"});
    auto system = std::make_shared<System>();
    system->name = "yardstick";
    for (const char* name : {"raspberry-pi-4", "jetson-nano", "coral-edge-tpu-usb", "ncs2-myriad-x"}) {
        const Platform* platform = library.platform(name);
        const Link* link = library.link("1000BASE-T");
        if (!platform || !link) {
            std::fprintf(stderr, "the library lacks %s or 1000BASE-T\n", name);
            std::exit(2);
        }
        const auto p = static_cast<std::uint32_t>(system->platforms.size());
        system->platforms.push_back(*platform);
        if (p == 0) continue;
        Connection c{*link, {NodeId{p - 1}, NodeId{p}}};
        c.link.name = "gbe" + std::to_string(p);
        system->links.push_back(c);
    }
    return system;
}

Problem problemOf(const std::string& network)
{
    Progress progress;
    Problem problem;
    problem.graph = network == "googlenet-like"
                        ? bench::GoogLeNetLike().make()
                        : orExit(importOnnx(CUTLINE_SOURCE_DIR "/resources/models/" + network + ".onnx", {}, progress)).graph;
    problem.system = fourPlatforms();
    problem.costs = orExit(buildCostTable(problem.graph, problem.system, {}, progress));
    return problem;
}

/// A front as rows, one after another.
struct Front {
    std::vector<double> rows;
    double seconds = 0;
    std::size_t size = 0;
    std::uint64_t evaluated = 0;
};

template <class Summaries> Front frontOf(const Summaries& found, const std::vector<Objective>& objectives)
{
    Front front;
    for (const std::uint32_t i : found.front) {
        front.rows.resize(front.rows.size() + objectives.size());
        fillRow(found.summaries[i], objectives, front.rows.data() + front.rows.size() - objectives.size());
    }
    front.size = found.front.size();
    front.evaluated = found.proof.evaluated;
    return front;
}

Front exact(const Problem& problem, const SearchOptions& options)
{
    Progress progress;
    const double start = now();
    const SearchResult result = orExit(explore(problem, options, progress));
    const double seconds = now() - start;
    if (result.proof.kind != Proof::Kind::Complete) std::printf("  not a complete front\n");
    Front front = frontOf(result, options.objectives);
    front.seconds = seconds;
    return front;
}

Front evolved(const Problem& problem, const SearchOptions& options, std::uint64_t evaluations)
{
    Progress progress;
    const Evaluator evaluator(problem);
    const Feasibility feasibility(evaluator, {});
    const SearchTask task{evaluator, feasibility, options, false, progress};
    std::vector<std::uint32_t> order(problem.costs->fusion().groups.size());
    std::iota(order.begin(), order.end(), 0u);
    const PipelineSpace space(problem, options, DownSets::alongOrder(*problem.graph, problem.costs->fusion(), order));
    Nsga2Setup setup = Nsga2Setup::published();
    setup.evaluations = evaluations;
    const double start = now();
    const Found found = exploreNsga2(space, task, setup);
    const double seconds = now() - start;
    Front front = frontOf(found, options.objectives);
    front.seconds = seconds;
    return front;
}

/// Rows of `a` that no row of `b` is at least as good as.
std::size_t lacking(const Front& a, const Front& b, std::size_t width)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < a.rows.size(); i += width) {
        bool covered = false;
        for (std::size_t j = 0; j < b.rows.size() && !covered; j += width)
            covered = std::equal(b.rows.begin() + std::ptrdiff_t(j), b.rows.begin() + std::ptrdiff_t(j + width),
                                 a.rows.begin() + std::ptrdiff_t(i), [](double x, double y) { return x <= y; });
        count += !covered;
    }
    return count;
}

/// Both hypervolumes as shares of the box from the ideal point to 1.01 times the exact front's worst values.
std::pair<double, double> volumes(const Front& exact_front, const Front& other, std::size_t width)
{
    std::vector<double> low(width, std::numeric_limits<double>::infinity()), high(width, 0);
    for (std::size_t i = 0; i < exact_front.rows.size(); ++i) {
        low[i % width] = std::min(low[i % width], exact_front.rows[i]);
        high[i % width] = std::max(high[i % width], 1.01 * exact_front.rows[i]);
    }
    const auto scaled = [&](std::vector<double> rows) {
        for (std::size_t i = 0; i < rows.size(); ++i)
            rows[i] = (rows[i] - low[i % width]) / std::max(high[i % width] - low[i % width], 1e-300);
        return rows;
    };
    const std::vector<double> corner(width, 1);
    return {hypervolume(scaled(exact_front.rows), width, corner), hypervolume(scaled(other.rows), width, corner)};
}

} // namespace

int main(int argc, char** argv)
{
    const std::uint64_t evaluations = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'200'000;
    bool right = true;
    std::printf("network k | exact: s, front, hypervolume | NSGA-II: evaluations, s, front, hypervolume | times faster, lacking\n");
    for (const std::string network : {"efficientnet_b0", "resnet50", "googlenet-like"}) {
        if (argc > 2 && std::none_of(argv + 2, argv + argc, [&](const char* name) { return network == name; })) continue;
        const Problem problem = problemOf(network);
        for (const std::size_t k : {2, 3}) {
            SearchOptions options;
            options.max_platforms = k;
            options.time_limit_s = 3600; // NSGA-II ends by its evaluations
            const Front ours = exact(problem, options);
            const Front theirs = evolved(problem, options, evaluations);
            const std::size_t width = options.objectives.size(), beyond = lacking(theirs, ours, width);
            const auto [a, b] = volumes(ours, theirs, width);
            std::printf("%s %zu | %.4f %zu %.6f | %llu %.2f %zu %.6f | %.0f %zu\n", network.c_str(), k, ours.seconds, ours.size,
                        a, static_cast<unsigned long long>(theirs.evaluated), theirs.seconds, theirs.size, b,
                        theirs.seconds / ours.seconds, beyond);
            std::fflush(stdout);
            right = right && beyond == 0 && a >= b;
        }
    }
    return right ? 0 : 1;
}
