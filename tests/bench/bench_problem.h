// SPDX-License-Identifier: GPL-3.0-or-later
// A shipped network on a system of the library.
#pragma once

#include "core/cost/cost_model.h"
#include "core/graph/import.h"
#include "core/plan/evaluate.h"
#include "core/platform/library.h"

#include <cstdlib>
#include <iostream>

namespace cutline {

template <class T> T orExit(Result<T> result) {
    if (result) return *std::move(result);
    std::cerr << result.error().message() << '\n';
    std::exit(1);
}

inline Problem problemOf(const std::string& name, const std::string& system, Compat compat = {}) {
    Progress progress;
    Problem problem;
    problem.graph =
        orExit(importOnnx(std::string(CUTLINE_SOURCE_DIR) + "/resources/models/" + name + ".onnx", {},
                          progress))
            .graph;
    const Library library = Library::load({std::string(CUTLINE_SOURCE_DIR) + "/platforms"});
    problem.system = std::make_shared<const System>(orExit(library.system(system)));
    problem.compat = compat;
    CostOptions options;
    options.compat = compat;
    problem.costs = orExit(buildCostTable(problem.graph, problem.system, options, progress));
    return problem;
}

} // namespace cutline
