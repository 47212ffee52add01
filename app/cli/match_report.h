// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/cost_model.h"
#include "core/cost/profile_match.h"

#include <string>
#include <vector>

namespace cutline::cli {

/// What the profiles of --profile say of a model, per platform that takes its costs from one.
class MatchReport {
public:
    static Result<MatchReport> make(const Graph& graph, const System& system, const CostOptions& options);

    bool empty() const { return m_matches.empty(); }
    /// One note a platform: rows matched, partly matched (with their lines), guessed, unmatched, their sum against the file's total. All: with
    /// the rows that are not certain, some twenty at most. Doubtful: just of platforms with such rows.
    enum class Notes { All, Doubtful };
    std::string notes(Notes which) const;
    /// All rows as a table, for a person.
    std::string text() const;
    /// `platform,file,line,row,latency_s,status,how,layers,reason`: a row of the file each, then layers
    /// without one (status `absorbed`, `no row`). Names are percent-encoded, layers joined by `+`.
    std::string csv() const;

private:
    struct Match {
        std::string platform;
        const Profile* profile;
        ProfileMatch match;
    };
    MatchReport(const Graph& graph, std::vector<Match> matches)
        : m_graph(graph), m_matches(std::move(matches)) {}

    std::string summary(const Match& match) const;
    std::string partlyLines(const Match& match) const;
    std::string names(const std::vector<LayerId>& layers, std::size_t most) const;
    std::string table(const Match& match, bool all, std::size_t most) const;

    const Graph& m_graph;
    std::vector<Match> m_matches;
};

} // namespace cutline::cli
