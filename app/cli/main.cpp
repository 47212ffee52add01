// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"

#include <csignal>
#include <iostream>
#include <string>

namespace {

using namespace cutline;

/// Progress on standard error where asked for; Ctrl+C cancels once, and what was found so far is still printed.
class TerminalProgress : public Progress {
public:
    explicit TerminalProgress(bool shown) : m_shown(shown) {}

    void report(double fraction, std::string_view message) override
    {
        if (!m_shown) return;
        const int percent = fraction < 0 ? -1 : static_cast<int>(fraction * 100);
        if (percent == m_percent && message == m_message) return;
        m_percent = percent;
        m_message = message;
        if (percent >= 0) std::cerr << percent << " % ";
        std::cerr << message << '\n';
    }

private:
    bool m_shown;
    int m_percent = -2;
    std::string m_message;
};

Progress* g_progress = nullptr;

extern "C" void cancelOnInterrupt(int)
{
    g_progress->cancel();
    std::signal(SIGINT, SIG_DFL);
}

int run(const cli::Options& options, Progress& progress)
{
    switch (options.command) {
    case cli::Command::Inspect: return cli::runInspect(options, progress);
    case cli::Command::Cost: return cli::runCost(options, progress);
    case cli::Command::Explore: return cli::runExplore(options, progress);
    case cli::Command::Evaluate: return cli::runEvaluate(options, progress);
    case cli::Command::Accuracy: return cli::runAccuracy(options, progress);
    case cli::Command::Split: return cli::runSplit(options, progress);
    case cli::Command::Export: return cli::runExport(options, progress);
    case cli::Command::Report: return cli::runReport(options, progress);
    case cli::Command::Place: return cli::runPlace(options, progress);
    case cli::Command::Platforms: return cli::runPlatforms(options);
    }
    return cli::kUsage;
}

} // namespace

int main(int argc, char** argv)
{
    const cli::Parsed parsed = cli::parseCommandLine(argc, argv);
    if (parsed.exit_status) return *parsed.exit_status;
    const cli::Options& options = parsed.options;
    if (const auto error = cli::overwrittenInput(options)) return cli::fail(*error, cli::kUsage);
    TerminalProgress progress(options.progress);
    g_progress = &progress;
    std::signal(SIGINT, cancelOnInterrupt);
    const int status = run(options, progress);
    cli::showRemarks();
    return status;
}
