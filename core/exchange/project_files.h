// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exchange/project.h"

#include <string>
#include <vector>

namespace cutline {

/// Paths of a project from what stands in its file (relative to it) to absolute ones, and back: relative where the way
/// is short, so that a folder with project and models can be moved as a whole.
void makePathsAbsolute(Project& project, const std::string& project_file);
void makePathsRelative(Project& project, const std::string& project_file);

/// A file that a project needs, and what has become of it since.
struct ReferenceCheck {
    enum class Kind { Model, Profile, Sensitivity, Accuracy };
    enum class State { Same, Changed, Missing };
    Kind kind = Kind::Model;
    std::size_t index = 0; ///< of models or profiles
    FileReference reference;
    State state = State::Same;
    std::string sha256; ///< as it is now; empty: missing, or a folder
};
/// Of a project with absolute paths: the model that it shows, and everything else that it reads. A reference without a
/// hash is the same as long as it is there. Reads the files.
std::vector<ReferenceCheck> checkReferences(const Project& project);
/// Puts another file, or the file as it is now, in the place of a reference.
void replaceReference(Project& project, const ReferenceCheck& check, const FileReference& by);

/// Which of its models, systems and scenarios a project shows: that of its view, else the first; where there is none, the
/// number of them.
std::size_t shownModel(const Project& project);
std::size_t shownSystem(const Project& project);
std::size_t shownScenario(const Project& project);

/// Beside NAME.cutline: what is newer than the file, while a window edits it; and its lock.
std::string autosaveFileOf(const std::string& project_file);
std::string lockFileOf(const std::string& project_file);

/// What `after` has otherwise than `before`, in words for a person, one by one: "2 plans kept more". Empty: nothing
/// but how it is looked at.
std::vector<std::string> projectDifferences(const Project& before, const Project& after);

} // namespace cutline
