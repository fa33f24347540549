//! Computes where the dots, lines and labels of a plot stand; the template draws them. A plotting library would draw
//! them too, but without the links, titles and theme colours that these plots are for.

/// Size of a plot, in its own units.
const WIDTH: f64 = 400.0;
const HEIGHT: f64 = 190.0;
/// Room for labels at the left, and at the other sides.
const LEFT: f64 = 46.0;
const RIGHT: f64 = 390.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 164.0;

/// How many colours there are.
const COLOURS: usize = 6;

/// A plot that is ready to be drawn.
pub struct Plot {
    pub title: String,
    pub width: f64,
    pub height: f64,
    pub left: f64,
    pub right: f64,
    pub ticks: Vec<Tick>,
    pub marks: Vec<Mark>,
    pub lines: Vec<Line>,
}

/// A height with its value.
pub struct Tick {
    pub at: f64,
    pub label: String,
}

/// A label below.
pub struct Mark {
    pub at: f64,
    pub label: String,
    pub anchor: &'static str,
}

/// One quantity over time.
pub struct Line {
    pub label: String,
    pub colour: usize,
    pub dots: Vec<Dot>,
    pub segments: Vec<Segment>,
}

/// One run.
pub struct Dot {
    pub x: f64,
    pub y: f64,
    pub href: String,
    pub label: String,
}

/// What is between two runs.
pub struct Segment {
    pub x1: f64,
    pub y1: f64,
    pub x2: f64,
    pub y2: f64,
    pub href: String,
    pub label: String,
}

/// One run on the horizontal axis.
pub struct Step {
    /// What is written below, and said of each dot.
    pub date: String,
    /// The run's page.
    pub page: String,
    /// The page of what changed since the step before, with words for it.
    pub compare: Option<(String, String)>,
}

/// What is drawn as one line.
pub struct Quantity {
    /// What it is called; empty where it is the only one.
    pub label: String,
    /// The number of its colour.
    pub colour: usize,
    /// A value a step, or none where the step has none.
    pub values: Vec<Option<f64>>,
}

/// What an axis can hold.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The largest value there can be; the least is 0.
    pub most: f64,
    /// The least distance between two labels: less is no difference that anyone looks for.
    pub step: f64,
}

/// A plot of `quantities`, or none where there is no value.
pub fn plot(title: &str, steps: &[Step], quantities: Vec<Quantity>, bounds: Bounds) -> Option<Plot> {
    let values = || quantities.iter().flat_map(|quantity| quantity.values.iter().flatten().copied());
    values().next()?;
    let (least, most) = values().fold((f64::MAX, f64::MIN), |(least, most), value| (least.min(value), most.max(value)));
    let scale = Scale::over(least, most, bounds);
    let shown = |value: f64| scale.shown(value);
    let x = |index: usize| match steps.len() {
        1 => (LEFT + RIGHT) / 2.0,
        count => tenth(LEFT + 8.0 + (RIGHT - LEFT - 16.0) * index as f64 / (count - 1) as f64),
    };
    let y = |value: f64| tenth(BOTTOM - (BOTTOM - TOP) * (value - scale.low) / (scale.high - scale.low));
    let lines = quantities.iter().map(|Quantity { label, colour, values }| {
        let said = |step: &Step, value: f64| {
            let label = if label.is_empty() { String::new() } else { format!("{label}: ") };
            format!("{}, {label}{}", step.date, rounded(value))
        };
        let dots: Vec<_> = values.iter().enumerate().filter_map(|(at, value)| Some((at, (*value)?))).collect();
        let segments = dots.windows(2).filter_map(|pair| {
            let [(from, old), (to, new)] = pair else { return None };
            let (href, said) = steps[*to].compare.clone()?;
            let label = format!("{} to {}: {said}", steps[*from].date, steps[*to].date);
            Some(Segment { x1: x(*from), y1: y(*old), x2: x(*to), y2: y(*new), href, label })
        });
        Line {
            label: label.clone(),
            colour: colour % COLOURS,
            segments: segments.collect(),
            dots: dots
                .iter()
                .map(|(at, value)| {
                    let step = &steps[*at];
                    Dot { x: x(*at), y: y(*value), href: step.page.clone(), label: said(step, *value) }
                })
                .collect(),
        }
    });
    let ticks = scale.ticks().map(|value| Tick { at: y(value), label: shown(value) }).collect();
    let (title, lines) = (title.to_owned(), lines.collect());
    let marks = marks(steps, x);
    Some(Plot { title, width: WIDTH, height: HEIGHT, left: LEFT, right: RIGHT, ticks, marks, lines })
}

/// Days below the axis: the first, the last and one between.
fn marks(steps: &[Step], x: impl Fn(usize) -> f64) -> Vec<Mark> {
    let day = |index: usize| steps[index].date.split(' ').next().unwrap_or_default().to_owned();
    let last = steps.len() - 1;
    let mut marks = vec![Mark { at: x(0), label: day(0), anchor: if last == 0 { "middle" } else { "start" } }];
    if last > 0 && day(last) != day(0) {
        let middle = last / 2;
        if last >= 4 && day(middle) != day(0) && day(middle) != day(last) {
            marks.push(Mark { at: x(middle), label: day(middle), anchor: "middle" });
        }
        marks.push(Mark { at: x(last), label: day(last), anchor: "end" });
    }
    marks
}

/// The vertical axis: from one round number to another.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scale {
    low: f64,
    high: f64,
    step: f64,
}

impl Scale {
    fn over(least: f64, most: f64, bounds: Bounds) -> Scale {
        let (floor, ceiling) = (0.0, bounds.most);
        let range = (most - least).max(bounds.step * 4.0);
        // Up to four steps, each 1, 2 or 5 times a power of ten.
        let power = 10f64.powf((range / 4.0).log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * power).into_iter().find(|it| *it * 4.0 >= range);
        let step = step.unwrap_or(power * 10.0);
        let mut low = ((least / step).floor() * step).max(floor);
        let mut high = ((most / step).ceil() * step).min(ceiling);
        // A line along an edge looks like none.
        while high - low < step * 2.0 && (low > floor || high < ceiling) {
            (low, high) = ((low - step).max(floor), (high + step).min(ceiling));
        }
        Scale { low, high, step }
    }

    fn ticks(self) -> impl Iterator<Item = f64> {
        let count = ((self.high - self.low) / self.step + 0.001).floor() as usize;
        (0..=count).map(move |index| self.low + self.step * index as f64)
    }

    /// A value on the axis, with as many digits as its step has.
    fn shown(self, value: f64) -> String {
        let digits = (-self.step.log10().floor()).max(0.0) as usize;
        format!("{value:.digits$}")
    }
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// A value for people.
fn rounded(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    format!("{rounded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_go_from_one_round_number_to_another() {
        let check = |least: f64, most: f64, step: f64, ticks: &[&str]| {
            let scale = Scale::over(least, most, Bounds { most: 100.0, step });
            assert_eq!(scale.ticks().map(|tick| scale.shown(tick)).collect::<Vec<_>>(), ticks, "{scale:?}");
            assert!(scale.low <= least && most <= scale.high);
        };
        check(0.0, 4.0, 1.0, &["0", "1", "2", "3", "4"]);
        check(3.0, 37.0, 1.0, &["0", "10", "20", "30", "40"]);
        check(97.4, 99.1, 0.01, &["97.0", "97.5", "98.0", "98.5", "99.0", "99.5"]);
        check(99.58, 99.59, 0.01, &["99.57", "99.58", "99.59", "99.60"]);
        check(31.0, 32.0, 1.0, &["30", "31", "32", "33"]);
        check(0.0, 0.0, 1.0, &["0", "1", "2"]);
        check(100.0, 100.0, 0.01, &["99.98", "99.99", "100.00"]);
    }

    #[test]
    fn dots_lead_to_runs_and_lines_to_what_changed() {
        let step = |date: &str, compare: Option<&str>| Step {
            date: date.to_owned(),
            page: format!("{date}.html"),
            compare: compare.map(|page| (page.to_owned(), "1 broke".to_owned())),
        };
        let steps = [step("d1 10:00", None), step("d2 10:00", Some("c.html")), step("d3 10:00", Some("e.html"))];
        let quantity = Quantity { label: "x".to_owned(), colour: 0, values: vec![Some(1.0), None, Some(3.0)] };
        let plot = plot("t", &steps, vec![quantity], Bounds { most: f64::MAX, step: 1.0 }).expect("there are values");
        let line = &plot.lines[0];
        assert_eq!((line.dots.len(), line.segments.len()), (2, 1));
        assert_eq!((line.dots[1].href.as_str(), line.dots[1].label.as_str()), ("d3 10:00.html", "d3 10:00, x: 3"));
        assert_eq!(
            (line.segments[0].href.as_str(), line.segments[0].label.as_str()),
            ("e.html", "d1 10:00 to d3 10:00: 1 broke")
        );
        assert!(line.dots[0].y > line.dots[1].y && line.dots[0].x < line.dots[1].x);
        assert_eq!(plot.marks.iter().map(|it| it.label.as_str()).collect::<Vec<_>>(), ["d1", "d3"]);
    }

    #[test]
    fn without_a_value_there_is_no_plot() {
        assert!(plot("t", &[], Vec::new(), Bounds { most: 1.0, step: 1.0 }).is_none());
    }
}
