// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/export_dialog.h"

#include "widgets/panels/kit.h"

#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QProgressBar>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {

ExportDialog::ExportDialog(const QString& plan, std::vector<ExportOffer> offers, const QString& folder, QWidget* parent)
    : QDialog(parent), m_offers(std::move(offers)), m_folder(folder) {
    setObjectName(QStringLiteral("exportDialog"));
    setWindowTitle(tr("Export %1").arg(plan));
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(16, 16, 16, 16);
    box->setSpacing(12);
    auto* row = new QHBoxLayout;
    row->setSpacing(16);
    row->addWidget(buildList());
    row->addWidget(buildPage(), 1);
    box->addLayout(row, 1);
    auto* buttons = new QHBoxLayout;
    m_close = new QPushButton(tr("Close"), this);
    m_close->setAutoDefault(false);
    m_show = new QPushButton(tr("&Show in folder"), this);
    m_show->setAutoDefault(false);
    m_export = new QPushButton(tr("&Export"), this);
    m_export->setDefault(true);
    buttons->addWidget(m_close);
    buttons->addStretch(1);
    buttons->addWidget(m_show);
    buttons->addWidget(m_export);
    box->addLayout(buttons);
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_show, &QPushButton::clicked, this, [this] { Q_EMIT showRequested(m_written); });
    connect(m_export, &QPushButton::clicked, this, &ExportDialog::start);
    connect(m_list, &QListWidget::currentRowChanged, this, &ExportDialog::follow);
    resize(780, 460);
    m_list->setCurrentRow(0);
    follow();
    m_list->setFocus();
}

QWidget* ExportDialog::buildList() {
    m_list = new QListWidget(this);
    m_list->setAccessibleName(tr("What to write"));
    m_list->setFixedWidth(230);
    constexpr int kRow = 28;
    for (const ExportOffer& offer : m_offers) {
        auto* item = new QListWidgetItem(offer.title, m_list);
        item->setSizeHint({0, kRow});
    }
    return m_list;
}

QWidget* ExportDialog::buildPage() {
    auto* page = new QWidget(this);
    auto* box = new QVBoxLayout(page);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(10);
    m_about = new InkLabel(Ink::Text, TextRole::Interface, {}, page);
    m_about->setParagraph();
    m_about->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    box->addWidget(m_about);
    auto* label = new InkLabel(Ink::Text2, TextRole::Interface, tr("Write &to"), page);
    box->addWidget(label);
    auto* where = new QHBoxLayout;
    m_path = new QLineEdit(page);
    m_path->setAccessibleName(tr("Write to"));
    label->setBuddy(m_path);
    auto* browse = new QPushButton(tr("&Choose..."), page);
    browse->setAutoDefault(false);
    where->addWidget(m_path, 1);
    where->addWidget(browse);
    box->addLayout(where);
    m_verify = new QCheckBox(tr("&Verify: run the pieces one after the other and compare with the whole model"), page);
    m_verify->setChecked(true);
    box->addWidget(m_verify);
    m_progress = new QProgressBar(page);
    m_progress->setTextVisible(false);
    m_progress->hide();
    box->addWidget(m_progress);
    m_message = new InkLabel(Ink::Text2, TextRole::Interface, {}, page);
    m_message->setParagraph();
    m_message->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    box->addWidget(m_message, 1);
    connect(browse, &QPushButton::clicked, this, &ExportDialog::browse);
    connect(m_path, &QLineEdit::textEdited, this, [this] { m_own_path = true; });
    return page;
}

void ExportDialog::follow() {
    const int row = m_list->currentRow();
    if (row < 0) return;
    const ExportOffer& offer = m_offers[static_cast<std::size_t>(row)];
    m_about->setText(offer.about);
    m_verify->setVisible(offer.can_verify);
    const QString folder = m_own_path ? QFileInfo(m_path->text()).absolutePath() : m_folder;
    m_path->setText(QDir(folder).filePath(offer.name));
    if (m_running) return;
    m_message->setText({});
    m_written.clear();
    m_show->setEnabled(false);
}

void ExportDialog::choose(const QString& id) {
    const auto found = std::find_if(m_offers.begin(), m_offers.end(), [&](const ExportOffer& offer) { return offer.id == id; });
    if (found != m_offers.end()) m_list->setCurrentRow(static_cast<int>(found - m_offers.begin()));
}

void ExportDialog::setPath(const QString& path) {
    m_path->setText(path);
    m_own_path = true;
}

QString ExportDialog::path() const { return m_path->text(); }
QString ExportDialog::message() const { return m_message->text(); }

void ExportDialog::browse() {
    const ExportOffer& offer = m_offers[static_cast<std::size_t>(m_list->currentRow())];
    QString path;
    if (offer.folder) {
        const QString parent = QFileInfo(m_path->text()).absolutePath();
        path = QFileDialog::getExistingDirectory(this, offer.title, parent, QFileDialog::DontUseNativeDialog);
    } else {
        path = QFileDialog::getSaveFileName(this, offer.title, m_path->text(), {}, nullptr, QFileDialog::DontUseNativeDialog);
    }
    if (!path.isEmpty()) setPath(path);
}

void ExportDialog::start() {
    if (m_running) {
        Q_EMIT cancelRequested();
        return;
    }
    if (m_path->text().trimmed().isEmpty()) {
        setError({"Write to", "names no file", "choose one"});
        return;
    }
    const ExportOffer& offer = m_offers[static_cast<std::size_t>(m_list->currentRow())];
    m_written.clear();
    setRunning(true);
    setProgress(-1, {});
    Q_EMIT exportRequested(offer.id, m_path->text(), offer.can_verify && m_verify->isChecked());
}

void ExportDialog::setRunning(bool running) {
    m_running = running;
    m_progress->setVisible(running);
    m_export->setText(running ? tr("&Cancel") : tr("&Export"));
    for (QWidget* widget : {static_cast<QWidget*>(m_list), static_cast<QWidget*>(m_path), static_cast<QWidget*>(m_verify)})
        widget->setEnabled(!running);
    m_show->setEnabled(!running && !m_written.isEmpty());
}

void ExportDialog::setProgress(double fraction, const QString& message) {
    if (!m_running) return;
    constexpr int kSteps = 1000;
    m_progress->setRange(0, fraction < 0 ? 0 : kSteps); // 0..0 shows that it goes on
    if (fraction >= 0) m_progress->setValue(static_cast<int>(fraction * kSteps));
    m_message->setInk(Ink::Text2);
    m_message->setText(message);
}

void ExportDialog::setDone(const QStringList& files, const QString& summary) {
    constexpr qsizetype kMostNamed = 6;
    m_written = files.value(0);
    setRunning(false);
    m_message->setInk(Ink::Text);
    QStringList lines{summary};
    for (const QString& file : files.mid(0, kMostNamed)) lines << QStringLiteral("\u2022 ") + QFileInfo(file).fileName();
    if (files.size() > kMostNamed) lines << tr("\u2022 %1 more").arg(files.size() - kMostNamed);
    lines.removeAll(QString());
    m_message->setText(lines.join(QLatin1Char('\n')));
    m_show->setFocus();
}

void ExportDialog::setError(const Error& error) {
    setRunning(false);
    m_message->setInk(Ink::Bad);
    m_message->setText(QString::fromStdString(error.message()));
}

void ExportDialog::done(int result) {
    if (m_running) Q_EMIT cancelRequested();
    QDialog::done(result);
}

} // namespace cutline
