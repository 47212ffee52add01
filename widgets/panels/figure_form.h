// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/figure_text.h"

#include <QScrollArea>

#include <vector>

class QLineEdit;

namespace cutline {

class InkLabel;
class Pill;

/// "2 MiB", "400 MHz", "1 Gbit/s", "4 TOPS" typed as the unit of the figure; nothing, or "not known": absent.
Result<std::optional<double>> figureTyped(const QString& words, Unit unit);

/// The numbers of a platform or link as fields, each with where it comes from. A field that cannot be read says so below
/// itself and keeps what was typed; Esc brings back what is in force.
class FigureForm : public QScrollArea {
    Q_OBJECT
public:
    explicit FigureForm(QWidget* parent = nullptr);

    /// Of the same fields as before: fields in which somebody types stay as they are.
    void setFigures(const QString& heading, std::vector<DescriptorFigure> figures);
    /// Says below the field why its number is not taken.
    void setError(const std::string& field, const QString& words);
    void focusFirst();
    QLineEdit* edit(const std::string& field) const;
    QString errorText(const std::string& field) const;

Q_SIGNALS:
    /// Enter pressed or field left, and the number is another one. absent: not known.
    void edited(const std::string& field, std::optional<double> value);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Row {
        DescriptorFigure figure;
        QLineEdit* edit;
        Pill* pill;
        InkLabel* error;
        bool touched = false;
    };
    void rebuild();
    void fill(Row& row);
    void commit(std::size_t row);
    const Row* rowOf(const std::string& field) const; ///< null: there is none

    std::vector<Row> m_rows;
    InkLabel* m_heading = nullptr;
};

} // namespace cutline
