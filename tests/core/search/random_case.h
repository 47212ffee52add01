// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"

#include <random>

namespace cutline {

/// A small made-up problem with a question, replayed from its seed.
struct RandomCase {
    Problem problem;
    SearchOptions options;
};

/// What the generator may use; the rest is chance.
struct CaseLimits {
    int most_layers = 7;
    int most_platforms = 4;
    bool everything = false; ///< in-place operators, double buffers, shared memories, constraints of every kind too
    bool wide = false;       ///< so many layers, most side by side: hundreds of down-sets
};

class CaseMaker {
public:
    CaseMaker(std::uint64_t seed, CaseLimits limits) : m_random(seed), m_limits(limits) {}

    RandomCase make();

private:
    int number(int low, int high) { return low + static_cast<int>(m_random() % std::uint64_t(high - low + 1)); }
    bool chance(int percent) { return number(1, 100) <= percent; }

    GraphPtr graph();
    SystemPtr system();
    Link link(int index);
    void connect(System& system, int from, int to);
    void topology(System& system, int platforms);
    Fusion fusion(const Graph& graph);
    SensitivityPtr losses(const Graph& graph, const System& system);
    CostTablePtr costs(const GraphPtr& graph, const SystemPtr& system);
    void fallBacks(Problem& problem);
    void question(RandomCase& made);
    Constraint constraint(const System& system);

    std::mt19937_64 m_random;
    CaseLimits m_limits;
};

/// Leaves out of a case what keeps labels from being compared; memory counts in two of three.
void makePlain(RandomCase& made, std::uint64_t seed);

} // namespace cutline
