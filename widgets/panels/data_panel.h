// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"
#include "widgets/models/data_facts.h"

#include <QWidget>

class QProgressBar;
class QPushButton;
class QStackedLayout;
class QToolButton;

namespace cutline {

class EmptyState;
class FactSheet;
class InkLabel;

/// What accuracy is measured on: the images with labels and answers, how far measuring is, how well the estimate does.
/// Data sets can be dropped on it.
class DataPanel : public QWidget {
    Q_OBJECT
public:
    explicit DataPanel(QWidget* parent = nullptr);

    enum class Choice { Images, Folder, Table };

    /// Nothing chosen: how to choose.
    void setNothing();
    /// Being read: its name alone is known.
    void setReading(const QString& name);
    void setFacts(const DataFacts& facts);
    void setError(const Error& error);
    /// What a search knows by now; nullopt: nothing.
    void setClaim(const std::optional<AccuracyClaim>& claim);
    /// Running work with its share of 1 (negative: not known) and what it does, or nullopt.
    struct Work {
        double fraction = -1;
        QString text;
    };
    void setWork(const std::optional<Work>& work);

    QString plainText() const;
    QPushButton* chooseButton() const { return m_choose; }
    QToolButton* stopButton() const { return m_stop; }
    EmptyState* emptyState() const { return m_empty; }

Q_SIGNALS:
    void chooseRequested(cutline::DataPanel::Choice choice);
    void dropped(const QString& path);
    void forgetRequested();
    void stopRequested();
    /// Of a network with several: what plans are judged by.
    void outputChosen(const QString& output);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void rebuild();
    void addFacts();
    void addOutputs();

    enum class State { Nothing, Reading, Known, Failed } m_state = State::Nothing;
    QString m_name;
    DataFacts m_facts;
    Error m_error;
    std::optional<AccuracyClaim> m_claim;
    EmptyState* m_empty;
    FactSheet* m_sheet;
    QPushButton* m_choose;
    QToolButton *m_forget, *m_stop;
    QWidget* m_work_row;
    InkLabel* m_work_text;
    QProgressBar* m_bar;
    QStackedLayout* m_stack;
};

} // namespace cutline
