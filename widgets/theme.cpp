// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme.h"

#include <QApplication>
#include <QEvent>
#include <QFontDatabase>
#include <QPainter>
#include <QProxyStyle>
#include <QStyleOption>
#include <QWidget>

#include <array>
#include <optional>
#include <utility>

static void initIcons() { Q_INIT_RESOURCE(icons); }

namespace cutline {
namespace {

constexpr std::array kLightPlatforms{0x3B7DD8u, 0xD9822Bu, 0x1B9E77u, 0xB5477Bu, 0x7A9A01u, 0x5B6EE1u, 0xA6761Du, 0x4D8FACu};
constexpr std::array kDarkPlatforms{0x6AA6F8u, 0xF0A253u, 0x4FC79Fu, 0xE07FAEu, 0xB3D14Bu, 0x95A3FFu, 0xD6A75Bu, 0x83C3DEu};
constexpr std::array kLightLinks{0x8A5CC2u, 0x6B7887u};
constexpr std::array kDarkLinks{0xB593E6u, 0x9BA8B7u};

Theme makeLight()
{
    Theme t;
    t.dark = false;
    t.window = QColor(0xF4F6F9);
    t.surface = QColor(0xFFFFFF);
    t.raised = QColor(0xFAFBFC);
    t.border = QColor(0xDCE2EA);
    t.grid = QColor(0xEDF0F4);
    t.text = QColor(0x17202B);
    t.text2 = QColor(0x4D5968);
    t.text3 = QColor(0x5F6B7B);
    t.accent = QColor(0x25324B);
    t.on_accent = QColor(0xFFFFFF);
    t.good = QColor(0x1A7F4B);
    t.bad = QColor(0xB42318);
    return t;
}

Theme makeDark()
{
    Theme t;
    t.dark = true;
    t.window = QColor(0x12161C);
    t.surface = QColor(0x1A2028);
    t.raised = QColor(0x161B22);
    t.border = QColor(0x2B3440);
    t.grid = QColor(0x232B36);
    t.text = QColor(0xE7ECF2);
    t.text2 = QColor(0xA9B5C3);
    t.text3 = QColor(0x93A1B2);
    t.accent = QColor(0xDCE6F5);
    t.on_accent = QColor(0x12161C);
    t.good = QColor(0x4CC38A);
    t.bad = QColor(0xFF8A7A);
    return t;
}

QString interfaceFamily()
{
    static const QString family = [] {
        for (const auto* name : {"Inter", "Inter Variable"})
            if (QFontDatabase::hasFamily(QLatin1String(name))) return QString::fromLatin1(name);
        return QFontDatabase::systemFont(QFontDatabase::GeneralFont).family();
    }();
    return family;
}

/// Fusion with the arrow of sorting above a column's title: beside it lies on the last letter where titles stand at the right.
/// Buttons of dialogs have words alone.
class PlainStyle : public QProxyStyle
{
public:
    PlainStyle() : QProxyStyle(QStringLiteral("Fusion")) {}
    QRect subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const override
    {
        if (element != SE_HeaderArrow) return QProxyStyle::subElementRect(element, option, widget);
        constexpr int kSide = 9;
        return {option->rect.center().x() - kSide / 2, option->rect.top(), kSide, kSide};
    }
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* more) const override
    {
        // Icons of a desktop's theme have its colours, not ours.
        return hint == SH_DialogButtonBox_ButtonsHaveIcons ? 0 : QProxyStyle::styleHint(hint, option, widget, more);
    }
};

/// While it lives no widget hears that its style is another. Themes differ in colours alone, so that nobody has to measure
/// and lay itself out anew, which takes longer than all else of a change.
class SameSizes : public QObject
{
public:
    explicit SameSizes(QApplication& application) { application.installEventFilter(this); }
    ~SameSizes() override
    {
        // The order in which widgets get their palettes is nobody's: those that look at a parent's can do so now.
        for (QWidget* widget : QApplication::allWidgets()) {
            QEvent settled(QEvent::ThemeChange);
            QCoreApplication::sendEvent(widget, &settled);
            widget->update();
        }
    }
    bool eventFilter(QObject*, QEvent* event) override { return event->type() == QEvent::StyleChange; }
};

} // namespace

const Theme& Theme::light()
{
    static const Theme theme = makeLight();
    return theme;
}

const Theme& Theme::darkTheme()
{
    static const Theme theme = makeDark();
    return theme;
}

const Theme& Theme::of(const QPalette& palette)
{
    const bool is_dark = palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
    return is_dark ? darkTheme() : light();
}

QColor Theme::platform(std::size_t index) const
{
    const auto& colours = dark ? kDarkPlatforms : kLightPlatforms;
    return QColor(colours[index % colours.size()]);
}

QColor Theme::link(std::size_t index) const
{
    const auto& colours = dark ? kDarkLinks : kLightLinks;
    return QColor(colours[index % colours.size()]);
}

QColor Theme::tint(QColor colour, double share) const
{
    const auto mix = [share](int a, int b) { return static_cast<int>(a * share + b * (1 - share) + 0.5); };
    return QColor(mix(colour.red(), surface.red()), mix(colour.green(), surface.green()),
                  mix(colour.blue(), surface.blue()));
}

QPalette Theme::palette() const
{
    QPalette p;
    p.setColor(QPalette::Window, window);
    p.setColor(QPalette::WindowText, text);
    p.setColor(QPalette::Base, surface);
    p.setColor(QPalette::AlternateBase, raised);
    p.setColor(QPalette::Text, text);
    p.setColor(QPalette::PlaceholderText, text3);
    p.setColor(QPalette::Button, surface);
    p.setColor(QPalette::ButtonText, text);
    p.setColor(QPalette::BrightText, bad);
    p.setColor(QPalette::ToolTipBase, raised);
    p.setColor(QPalette::ToolTipText, text);
    p.setColor(QPalette::Highlight, accent);
    p.setColor(QPalette::HighlightedText, on_accent);
    p.setColor(QPalette::Link, accent);
    p.setColor(QPalette::Light, surface);
    p.setColor(QPalette::Midlight, grid);
    p.setColor(QPalette::Mid, border);
    p.setColor(QPalette::Dark, border);
    p.setColor(QPalette::Shadow, border);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, text3);
    return p;
}

Pattern patternOf(std::size_t platform_index, bool always)
{
    if (platform_index < 8 && !always) return Pattern::None;
    const std::size_t turn = always ? platform_index : platform_index / 8;
    constexpr std::array kPatterns{Pattern::None, Pattern::Diagonal, Pattern::Dots, Pattern::Cross};
    return kPatterns[turn % kPatterns.size()];
}

void paintPattern(QPainter& painter, const QRectF& rect, Pattern pattern, const QColor& colour)
{
    if (pattern == Pattern::None) return;
    const Qt::BrushStyle style = pattern == Pattern::Diagonal ? Qt::BDiagPattern
                                 : pattern == Pattern::Dots   ? Qt::Dense6Pattern
                                                              : Qt::DiagCrossPattern;
    painter.fillRect(rect, QBrush(colour, style));
}

QFont fontFor(TextRole role, bool tabular_figures)
{
    QFont font(interfaceFamily());
    double pixels = 13;
    switch (role) {
    case TextRole::Interface: break;
    case TextRole::Small: pixels = 11.5; break;
    case TextRole::CardTitle:
        pixels = 11.5;
        font.setWeight(QFont::DemiBold);
        break;
    case TextRole::CardName: pixels = 11; break;
    case TextRole::CardDetail: pixels = 10.5; break;
    case TextRole::Metric:
        pixels = 20;
        font.setWeight(QFont::DemiBold);
        break;
    case TextRole::Heading: font.setWeight(QFont::DemiBold); break;
    }
    // Pixel sizes are whole numbers in QFont; points at 96 dpi carry the halves.
    font.setPointSizeF(pixels * 0.75);
    if (tabular_figures) font.setStyleStrategy(QFont::PreferMatch);
    return font;
}

void loadIcons()
{
    initIcons();
}

void applyTheme(QApplication& application, const Theme& theme, const QString& more)
{
    loadIcons(); // the style sheet names some
    static bool styled = false;
    std::optional<SameSizes> same;
    if (std::exchange(styled, true)) {
        same.emplace(application);
        // A sheet that follows another is applied to each widget once for every parent that it has (Qt 6.4); one that
        // follows none, once.
        application.setStyleSheet({});
    } else {
        application.setStyle(new PlainStyle);
        application.setFont(fontFor(TextRole::Interface));
    }
    application.setPalette(theme.palette());
    const auto hex = [](const QColor& c) { return c.name(); };
    application.setStyleSheet(
        QStringLiteral(
            "QToolTip { color: %1; background: %2; border: 1px solid %3; padding: 4px 6px; }"
            "QPushButton { background: %4; border: 1px solid %3; border-radius: 6px; padding: 5px 12px; color: %1; }"
            "QPushButton:hover { background: %2; border-color: %5; }"
            "QPushButton:focus { border-color: %6; }"
            "QPushButton:disabled { color: %5; }"
            "QPushButton[primary=\"true\"] { background: %6; color: %7; border-color: %6; font-weight: 600; }"
            "QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox { background: %4; border: 1px solid %3; border-radius: 6px;"
            " padding: 4px 8px; color: %1; selection-background-color: %6; selection-color: %7; }"
            "QLineEdit:focus, QComboBox:focus, QSpinBox:focus { border-color: %6; }"
            "QComboBox::drop-down { border: none; width: 20px; }"
            "QComboBox::down-arrow { image: url(:/icons/arrow-%10.svg); width: 12px; height: 12px; }"
            "QComboBox QAbstractItemView { background: %4; border: 1px solid %3; selection-background-color: %8;"
            " selection-color: %1; outline: none; }"
            "QCheckBox { spacing: 6px; } QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid %5;"
            " border-radius: 4px; background: %4; }"
            "QCheckBox::indicator:checked { background: %6; border-color: %6; image: url(:/icons/check-%10.svg); }"
            "QCheckBox::indicator:focus, QCheckBox::indicator:hover { border-color: %6; }"
            "QProgressBar { background: %8; border: none; border-radius: 3px; }"
            "QProgressBar::chunk { background: %6; border-radius: 3px; }"
            "QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }"
            "QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }"
            "QScrollBar::handle { background: %3; border-radius: 3px; margin: 2px; }"
            "QScrollBar::handle:vertical { min-height: 28px; } QScrollBar::handle:horizontal { min-width: 28px; }"
            "QScrollBar::handle:hover { background: %5; }"
            "QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }"
            "QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }"
            "QAbstractScrollArea::corner { background: transparent; }"
            "QMenuBar, QMenu, QStatusBar { background: %4; color: %1; }"
            "QMenu { border: 1px solid %3; } QMenu::item { padding: 5px 24px 5px 16px; }"
            "QMenu::item:selected, QMenuBar::item:selected { background: %8; }"
            "QMenu::item:disabled, QMenuBar::item:disabled { color: %12; }"
            // Enumerations are numbers to style sheets in some versions of Qt, names in others.
            "QToolButton[popupMode=\"2\"], QToolButton[popupMode=\"InstantPopup\"] { border: none; border-radius: 6px; background: transparent; color: %1;"
            " padding: 4px 19px 4px 5px; }"
            "QToolButton[popupMode=\"2\"]:hover, QToolButton[popupMode=\"2\"]:focus, QToolButton[popupMode=\"InstantPopup\"]:hover,"
            " QToolButton[popupMode=\"InstantPopup\"]:focus { background: %8; }"
            "QToolButton::menu-indicator, QPushButton::menu-indicator { image: url(:/icons/arrow-%10.svg); width: 12px;"
            " height: 12px; subcontrol-origin: padding; subcontrol-position: right center; right: 3px; }"
            "QHeaderView { background: %4; border: none; }"
            "QHeaderView::section { background: %4; border: none; border-bottom: 1px solid %3; padding: 5px 8px;"
            " color: %9; font-weight: 600; }"
            "QHeaderView::section:vertical { border: none; padding: 0 8px; }"
            "#finderList { background: %4; border: 1px solid %3; outline: none; }"
            "#finderList::item { padding: 3px 8px; color: %1; } #finderList::item:selected { background: %3; }"
            "QListWidget { background: %4; border: 1px solid %3; border-radius: 6px; padding: 4px; outline: none; }"
            "QListWidget::item { padding: 0 6px; border-radius: 4px; color: %1; }"
            "QListWidget::item:selected { background: %3; color: %1; }"
            "QUndoView { background: %4; outline: none; } QUndoView::item { padding: 5px 12px; color: %1; }"
            "QUndoView::item:selected { background: %3; color: %1; }"
            "QTableView { gridline-color: %8; border: none; selection-background-color: %3; selection-color: %1; }"
            "QSplitter::handle { background: transparent; }%11")
            .arg(hex(theme.text), hex(theme.raised), hex(theme.border), hex(theme.surface), hex(theme.text3),
                 hex(theme.accent), hex(theme.on_accent), hex(theme.grid), hex(theme.text2), theme.dark ? QStringLiteral("dark") : QStringLiteral("light"), more,
                 hex(theme.tint(theme.text3, 0.6))));
}

} // namespace cutline
