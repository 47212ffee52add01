// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/report: what a report says, before it is a file of any kind.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace cutline::report {

/// A line of text with the marks of HTML: <b>, <code>, <span class="good">, "bad" or "soft", and entities.
using Marked = std::string;

struct Heading {
    enum class Start { Here, NewPage };
    int level = 2; ///< 1: the title
    Marked text;
    Start start = Start::Here;
};

struct Paragraph {
    enum class Tone { Plain, Lead, Note };
    Marked text;
    Tone tone = Tone::Plain;
};

/// Figures in boxes side by side.
struct Tiles {
    struct Tile {
        Marked value, what;
    };
    std::vector<Tile> tiles;
};

/// Coloured names in a row with arrows between them.
struct Path {
    struct Step {
        std::size_t platform = 0; ///< its colour
        Marked name, note;
    };
    std::vector<Step> steps;
};

/// The first columns are words, at the left; others are numbers, at the right.
struct Table {
    enum class Kind { Figures, Facts, Layers }; ///< Facts: the last column is the long one; Layers: many rows, small
    struct Row {
        std::vector<Marked> cells;
        bool chosen = false;
    };
    Table(std::vector<Marked> heads, std::size_t words_first, Kind its_kind = Kind::Figures)
        : head(std::move(heads)), words(words_first), kind(its_kind)
    {
    }
    void row(std::vector<Marked> cells, bool chosen = false) { rows.push_back({std::move(cells), chosen}); }

    std::vector<Marked> head;
    std::size_t words; ///< columns
    Kind kind;
    std::vector<Row> rows;
};

struct Figure {
    std::string svg;
    Marked caption;
};

struct List {
    std::vector<Marked> items;
};

using Block = std::variant<Heading, Paragraph, Tiles, Path, Table, Figure, List>;

struct Document {
    std::string title, author, date; ///< plain text
    std::vector<Block> blocks;

    template <class T> void add(T block) { blocks.emplace_back(std::move(block)); }
    void heading(Marked text, int level = 2, Heading::Start start = Heading::Start::Here)
    {
        add(Heading{level, std::move(text), start});
    }
    void text(Marked text, Paragraph::Tone tone = Paragraph::Tone::Plain) { add(Paragraph{std::move(text), tone}); }
    void note(Marked words) { text(std::move(words), Paragraph::Tone::Note); }
};

/// One file that needs nothing else: no scripts, charts as SVG, rules for printing.
std::string htmlOf(const Document& document);

/// A4 pages with numbers, vector graphics, fonts embedded, an outline to jump by; the file's bytes.
std::string pdfOf(const Document& document);

} // namespace cutline::report
