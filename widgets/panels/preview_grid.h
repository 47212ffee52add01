// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/data_facts.h"

#include <QImage>
#include <QWidget>

namespace cutline {

/// Images five in a row, each with its label and below it what the network answers.
class PreviewGrid : public QWidget {
    Q_OBJECT
public:
    explicit PreviewGrid(QWidget* parent = nullptr);
    void setImages(const std::vector<PreviewImage>& images, const std::vector<std::string>& classes);
    /// One line an image: "Coat: answered Coat, 98 %".
    QString plainText() const;

    QSize sizeHint() const override;
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    /// As high as its width asks for, wherever it stands: a scroll area passes on no heights for widths.
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Cell {
        QImage image;
        QString label, answer;
        int percent = 0;
        enum class Verdict { Unknown, Right, Wrong } verdict = Verdict::Unknown;
    };
    int cellWidth(int width) const;
    QRect cellRect(std::size_t index) const;
    static QString words(const Cell& cell);

    std::vector<Cell> m_cells;
};

} // namespace cutline
