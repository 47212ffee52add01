// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/evaluate.h"
#include "tests/core/plan/small_world.h"

#include <functional>

namespace cutline::test {

/// Three layers in a row, 8-bit platforms A, B, C; layer times 1, 2, 4 s on every platform.
inline Problem rowOfThree(const std::function<void(System&)>& change,
                   const std::function<void(Scenario&)>& scene = {}) {
    System system;
    system.name = "row";
    system.platforms = {platformOf("A"), platformOf("B"), platformOf("C")};
    join(system, linkOf("ab", 100), {0, 1});
    join(system, linkOf("bc", 50), {1, 2});
    change(system);
    const GraphPtr graph = graphOf("in x 300; a x -> s 100 w 1000; b s -> t 200 w 500; c t -> u 10 w 50 out");
    const std::size_t n = system.platforms.size();
    Problem problem = problemOf(
        graph, system, {std::vector<double>(n, 1), std::vector<double>(n, 2), std::vector<double>(n, 4)}, 10);
    if (scene) scene(problem.scenario);
    return problem;
}

inline Metrics judged(const Problem& problem, const std::string& plan, Scheme scheme = Scheme::Pipeline) {
    return Evaluator(problem).evaluate(planOf(*problem.graph, plan, scheme));
}

} // namespace cutline::test
