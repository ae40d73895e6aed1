"""The texts that a widget paints, with their places and inks, painted by a style, a delegate or a paint event."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPaintDevice, QPaintEngine, QPaintEngineState, QRegion, QTextItem
from PySide6.QtWidgets import QWidget
from typing_extensions import override

_LARGEST = 1 << 15
_Metric = QPaintDevice.PaintDeviceMetric
_METRICS = {  # as large as anything, with the measures of a screen of 96 dots an inch
    _Metric.PdmWidth: _LARGEST,
    _Metric.PdmHeight: _LARGEST,
    _Metric.PdmWidthMM: _LARGEST,
    _Metric.PdmHeightMM: _LARGEST,
    _Metric.PdmDpiX: 96,
    _Metric.PdmDpiY: 96,
    _Metric.PdmPhysicalDpiX: 96,
    _Metric.PdmPhysicalDpiY: 96,
    _Metric.PdmDepth: 32,
    _Metric.PdmNumColors: 0,
    _Metric.PdmDevicePixelRatio: 1,
}


@dataclass(frozen=True, slots=True)
class PaintedText:
    """`ink`: where its glyphs are; `clip`: where the painter lets them be seen. Both in pixels of the widget."""

    text: str
    ink: QRectF
    clip: QRectF
    colour: QColor


class _Recorder(QPaintEngine):
    """Draws nothing; remembers the texts."""

    def __init__(self) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.texts: list[PaintedText] = []

    @override
    def begin(self, pdev: QPaintDevice, /) -> bool:
        return True

    @override
    def end(self) -> bool:
        return True

    @override
    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    @override
    def updateState(self, state: QPaintEngineState, /) -> None: ...

    @override
    def drawPixmap(self, r, pm, sr, /) -> None: ...  # type: ignore[no-untyped-def]

    @override
    def drawImage(self, r, pm, sr, /, flags=None) -> None: ...  # type: ignore[no-untyped-def]

    @override
    def drawTiledPixmap(self, r, pixmap, s, /) -> None: ...  # type: ignore[no-untyped-def]

    @override
    def drawPath(self, path, /) -> None: ...  # type: ignore[no-untyped-def]

    @override
    def drawPolygon(self, points, mode, /) -> None: ...  # type: ignore[no-untyped-def]

    @override
    def drawRects(self, rects, /) -> None: ...  # type: ignore[no-untyped-def]

    @override
    def drawLines(self, lines, /) -> None: ...  # type: ignore[no-untyped-def]

    @override
    def drawPoints(self, points, /) -> None: ...  # type: ignore[no-untyped-def]

    @override
    def drawEllipse(self, r, /) -> None: ...  # type: ignore[no-untyped-def]

    @override
    def drawTextItem(self, p: QPointF, textItem: QTextItem, /) -> None:  # type: ignore[override]
        text = textItem.text()
        if not text.strip():
            return
        painter = self.painter()
        to_widget = painter.deviceTransform()
        ink = QFontMetricsF(textItem.font()).tightBoundingRect(text).translated(p)
        clip = to_widget.mapRect(painter.clipBoundingRect()) if painter.hasClipping() else _everywhere()
        self.texts.append(PaintedText(text, to_widget.mapRect(ink), clip, QColor(painter.pen().color())))


class _Paper(QPaintDevice):
    """What the recorder writes on."""

    def __init__(self, recorder: _Recorder) -> None:
        super().__init__()
        self._recorder = recorder

    @override
    def paintEngine(self) -> QPaintEngine:
        return self._recorder

    @override
    def metric(self, metric: QPaintDevice.PaintDeviceMetric, /) -> int:
        known = _METRICS.get(metric)
        return super().metric(metric) if known is None else known


def _everywhere() -> QRectF:
    return QRectF(-_LARGEST, -_LARGEST, 2 * _LARGEST, 2 * _LARGEST)


def painted_texts(widget: QWidget) -> list[PaintedText]:
    """What the widget itself paints, without its children."""
    recorder = _Recorder()
    paper = _Paper(recorder)
    QWidget.render(widget, paper, QPoint(), QRegion(), QWidget.RenderFlag(0))  # a view has another one of this name
    return recorder.texts
