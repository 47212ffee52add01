// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

#include <vector>

class QGridLayout;
class QMimeData;
class QPushButton;
class QVBoxLayout;

namespace cutline {

/// A sample network: what its card says and the file it opens.
struct SampleCard {
    QString file;  ///< what openRequested() carries
    QString title; ///< "EfficientNet-B0"
    QString facts; ///< "239 layers · 0.386 GMAC · 5.27 M parameters"
    QString note;  ///< "cut over two accelerators"
};

/// What stands in the window while no model is open: samples, recent files, a place to drop a file.
class StartPage : public QWidget {
    Q_OBJECT
public:
    explicit StartPage(QWidget* parent = nullptr);
    void setSamples(const std::vector<SampleCard>& samples);
    /// Newest first; shown as name and folder.
    void setRecent(const QStringList& files);
    QPushButton* openButton() const { return m_open; }

    /// The first local file of a drop that this program opens (.onnx, .json, .cutline), or that ends in one of `more`;
    /// empty: none.
    static QString fileOf(const QMimeData& data, const QStringList& more = {});

Q_SIGNALS:
    void openRequested(const QString& file);
    void browseRequested();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange();
    QWidget* m_column;
    QGridLayout* m_cards;
    QVBoxLayout* m_recent;
    QPushButton* m_open;
    std::vector<QWidget*> m_card_widgets;
    int m_columns = 0;
    bool m_dragging = false;
};

} // namespace cutline
