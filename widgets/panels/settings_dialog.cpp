// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/settings_dialog.h"

#include "widgets/panels/form_kit.h"
#include "widgets/panels/kit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace cutline {

SettingsDialog::SettingsDialog(const Settings& settings, const QString& own_folder, QWidget* parent)
    : QDialog(parent), m_theme(new QComboBox(this)),
      m_patterns(new QCheckBox(tr("&Patterns on cards, beside the platforms' colours"), this)),
      m_motion(new QCheckBox(tr("Cards &glide to new places"), this)),
      m_reopen(new QCheckBox(tr("&Open at the start what was open last"), this)),
      m_layout_limit(new QDoubleSpinBox(this)), m_folders(new QListWidget(this)),
      m_remove(new QPushButton(tr("&Remove"), this)) {
    setObjectName(QStringLiteral("settingsDialog"));
    setWindowTitle(tr("Settings"));
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(20, 18, 20, 16);
    box->setSpacing(10);
    buildLooks(box);
    buildFolders(box, own_folder);
    auto* foot = new QHBoxLayout;
    auto* reset = new QPushButton(tr("&As at first"), this);
    reset->setToolTip(tr("Sets everything here to what it was before anybody changed it"));
    auto* close = new QPushButton(tr("&Close"), this);
    close->setDefault(true);
    foot->addWidget(reset);
    foot->addStretch(1);
    foot->addWidget(close);
    box->addLayout(foot);
    connect(reset, &QPushButton::clicked, this, [this] {
        setSettings({});
        tell();
    });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    setSettings(settings);
    m_told = settings;
    resize(480, sizeHint().height());
}

void SettingsDialog::buildLooks(QBoxLayout* box) {
    m_theme->addItems({tr("As the system"), tr("Light"), tr("Dark")});
    m_theme->setAccessibleName(tr("Theme"));
    m_patterns->setToolTip(tr("For eyes that do not tell all colours apart, and for print"));
    m_motion->setToolTip(tr("Off: the graph jumps, at once"));
    m_layout_limit->setAccessibleName(tr("Seconds for the graph's layout"));
    m_layout_limit->setToolTip(tr("So long a better picture by Graphviz is waited for; then the graph is laid out without it"));
    m_layout_limit->setButtonSymbols(QAbstractSpinBox::NoButtons); // as in the panels
    m_layout_limit->setRange(0.1, 60);
    m_layout_limit->setDecimals(1);
    m_layout_limit->setSingleStep(0.5);
    m_layout_limit->setSuffix(QStringLiteral("\u202Fs"));
    m_layout_limit->setKeyboardTracking(false);
    auto* form = new QFormLayout;
    form->setVerticalSpacing(10);
    form->addRow(tr("&Theme"), m_theme);
    form->addRow(tr("Graph laid out by Graphviz &within"), m_layout_limit);
    box->addLayout(form);
    for (QCheckBox* choice : {m_patterns, m_motion, m_reopen}) {
        box->addWidget(choice);
        connect(choice, &QCheckBox::toggled, this, &SettingsDialog::tell);
    }
    setTabOrder(m_theme, m_layout_limit);
    setTabOrder(m_layout_limit, m_patterns);
    connect(m_theme, &QComboBox::currentIndexChanged, this, &SettingsDialog::tell);
    connect(m_layout_limit, &QDoubleSpinBox::valueChanged, this, &SettingsDialog::tell);
}

void SettingsDialog::buildFolders(QBoxLayout* box, const QString& own_folder) {
    box->addSpacing(6);
    auto* title = new QLabel(tr("&Folders with descriptors of your own"), this);
    title->setFont(fontFor(TextRole::Heading));
    title->setBuddy(m_folders);
    box->addWidget(title);
    QString words = tr("Platforms, links and systems in them join the library; an entry of a later folder replaces one of "
                       "the same name.");
    if (!own_folder.isEmpty()) words += u'\n' + tr("Always read: %1").arg(own_folder);
    auto* hint = new InkLabel(Ink::Text2, TextRole::Small, words, this);
    hint->setParagraph();
    box->addWidget(hint);
    m_folders->setAccessibleName(tr("Folders with descriptors"));
    m_folders->setMinimumHeight(84);
    m_folders->setTextElideMode(Qt::ElideMiddle);
    box->addWidget(m_folders, 1);
    auto* row = new QHBoxLayout;
    auto* add = new QPushButton(tr("A&dd a folder..."), this);
    row->addWidget(add);
    row->addWidget(m_remove);
    row->addStretch(1);
    box->addLayout(row);
    connect(add, &QPushButton::clicked, this, &SettingsDialog::addFolder);
    connect(m_remove, &QPushButton::clicked, this, &SettingsDialog::removeFolder);
    const auto follow = [this] { m_remove->setEnabled(m_folders->currentRow() >= 0); };
    connect(m_folders, &QListWidget::currentRowChanged, this, follow);
    follow();
}

void SettingsDialog::addFolder() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("A folder with descriptors"), {},
                                                             QFileDialog::ShowDirsOnly | QFileDialog::DontUseNativeDialog);
    if (folder.isEmpty() || !m_folders->findItems(folder, Qt::MatchExactly).isEmpty()) return;
    m_folders->addItem(folder);
    m_folders->setCurrentRow(m_folders->count() - 1);
    tell();
}

void SettingsDialog::removeFolder() {
    delete m_folders->takeItem(m_folders->currentRow());
    tell();
}

Settings SettingsDialog::settings() const {
    Settings now;
    now.theme = static_cast<ThemeChoice>(m_theme->currentIndex());
    now.patterns = m_patterns->isChecked();
    now.motion = m_motion->isChecked();
    now.reopen = m_reopen->isChecked();
    now.layout_limit_s = m_layout_limit->value();
    for (int row = 0; row < m_folders->count(); ++row) now.folders << m_folders->item(row)->text();
    return now;
}

void SettingsDialog::setSettings(const Settings& settings) {
    const QSignalBlocker quiet(this);
    m_theme->setCurrentIndex(static_cast<int>(settings.theme));
    m_patterns->setChecked(settings.patterns);
    m_motion->setChecked(settings.motion);
    m_reopen->setChecked(settings.reopen);
    m_layout_limit->setValue(settings.layout_limit_s);
    m_folders->clear();
    m_folders->addItems(settings.folders);
}

void SettingsDialog::tell() {
    const Settings now = settings();
    if (signalsBlocked() || now == m_told) return;
    m_told = now;
    Q_EMIT changed(now);
}

} // namespace cutline
