//! Decision values of a plane: kernels are made of one part a column, so all points of a line share
//! most of the work, and that of distances becomes a product of two matrices.

use faer::Accum;

use super::dense::{add_scaled, multiply, view, view_mut};
use super::exp::exp;
use super::kernel::Kernel;
use super::svm::SvmFit;
use super::wide::{Loop, wide};
use crate::base::{Cancel, Outcome, units_a_look};

/// A plane: all columns at `base` but two, which differ.
pub struct Plane<'a> {
    pub base: &'a [f64],
    pub x: (usize, &'a [f64]),
    /// No column where there is one line only.
    pub y: (Option<usize>, &'a [f64]),
}

/// Decision values at once: what the second-level cache holds.
const VALUES: usize = 1 << 15;

impl SvmFit {
    /// The outputs of all points of a plane, x running fastest.
    pub fn paint(&self, plane: &Plane<'_>, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        let width = plane.x.1.len();
        if width == 0 || plane.y.1.is_empty() {
            return Ok(());
        }
        let count = self.machines.len();
        let lines = (VALUES / (count * width).max(1)).clamp(1, 64);
        let painter = Painter::new(self, plane, cancel)?;
        // Machine by machine, and point by point.
        let mut planes = vec![0.0; count * lines * width];
        let mut rows = planes.clone();
        let blocks = plane.y.1.chunks(lines);
        for (ys, out) in blocks.zip(out.chunks_mut(lines * width * self.outputs())) {
            cancel.check()?;
            let points = ys.len() * width;
            let planes = &mut planes[..count * points];
            for (machine, values) in self.machines.iter().zip(planes.chunks_exact_mut(points)) {
                values.fill(machine.intercept);
            }
            painter.add(ys, planes, cancel)?;
            if count < 2 {
                self.finish(planes, out);
                continue;
            }
            let rows = &mut rows[..count * points];
            for (which, values) in planes.chunks_exact(points).enumerate() {
                for (row, value) in rows[which..].iter_mut().step_by(count).zip(values) {
                    *row = *value;
                }
            }
            self.finish(rows, out);
        }
        Ok(())
    }
}

struct Painter<'a> {
    fit: &'a SvmFit,
    plane: &'a Plane<'a>,
    /// The part of each vector that is the same everywhere; of a linear machine instead.
    fixed: Vec<f64>,
    /// Vectors x width: the part along x, as a kernel factor where it is one.
    across: Vec<f64>,
    /// The parts of a sigmoid are factors.
    of_factors: bool,
    /// Machine and coefficient of each vector, where kernels are not factors.
    uses: Vec<Vec<(usize, f64)>>,
}

impl<'a> Painter<'a> {
    fn new(fit: &'a SvmFit, plane: &'a Plane<'a>, cancel: &Cancel) -> Outcome<Painter<'a>> {
        let mut painter = Painter {
            fit,
            plane,
            fixed: Vec::new(),
            across: Vec::new(),
            of_factors: false,
            uses: Vec::new(),
        };
        let (x, xs) = plane.x;
        let others = || {
            let columns = plane.base.iter().enumerate();
            columns.filter(|(column, _)| *column != x && Some(*column) != plane.y.0)
        };
        if fit.kernel == Kernel::Linear {
            let fixed = fit.machines.iter().map(|machine| {
                others()
                    .map(|(column, value)| machine.weights[column] * value)
                    .sum()
            });
            painter.fixed = fixed.collect();
            return Ok(painter);
        }
        let vectors = fit.vectors.rows();
        for vector in 0..vectors {
            if vector % 256 == 0 {
                cancel.check()?;
            }
            let parts = others().map(|(column, value)| painter.part(column, vector, *value));
            let fixed = parts.sum();
            painter.fixed.push(fixed);
            if !matches!(fit.kernel, Kernel::Poly { .. }) {
                for value in xs {
                    let part = painter.part(x, vector, *value);
                    painter.across.push(part);
                }
            }
        }
        if let Kernel::Rbf { gamma } = fit.kernel {
            exponentials(&mut painter.across, -gamma, cancel)?;
            return Ok(painter);
        }
        if let Kernel::Sigmoid { gamma, .. } = fit.kernel
            && painter.across.iter().all(|v| (2.0 * gamma * v).abs() < FAR)
        {
            painter.of_factors = true;
            exponentials(&mut painter.across, 2.0 * gamma, cancel)?;
        }
        painter.uses = vec![Vec::new(); vectors];
        for (which, machine) in fit.machines.iter().enumerate() {
            for ((from, _), coefficients) in machine.parts() {
                for (at, coefficient) in coefficients.iter().enumerate() {
                    if *coefficient != 0.0 {
                        painter.uses[from + at].push((which, *coefficient));
                    }
                }
            }
        }
        Ok(painter)
    }

    /// What a column adds to the squared distance, or to the product.
    #[inline]
    fn part(&self, column: usize, vector: usize, value: f64) -> f64 {
        let own = self.fit.vectors.at(vector, column);
        if self.fit.kernel.of_distances() {
            (value - own) * (value - own)
        } else {
            value * own
        }
    }

    /// Adds these lines to the planes of the machines.
    fn add(&self, ys: &[f64], planes: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        match self.fit.kernel {
            Kernel::Linear => self.add_linear(ys, planes),
            Kernel::Rbf { gamma } => return self.add_factors(gamma, ys, planes, cancel),
            Kernel::Poly {
                gamma,
                degree,
                coef0,
            } => return self.add_powers(gamma, degree as usize, coef0, ys, planes, cancel),
            Kernel::Sigmoid { gamma, coef0 } => {
                return self.add_sigmoids(gamma, coef0, ys, planes, cancel);
            }
        }
        Ok(())
    }

    fn add_linear(&self, ys: &[f64], planes: &mut [f64]) {
        let (x, xs) = self.plane.x;
        let points = ys.len() * xs.len();
        let machines = self.fit.machines.iter().zip(&self.fixed);
        for ((machine, fixed), values) in machines.zip(planes.chunks_exact_mut(points)) {
            for (y, line) in ys.iter().zip(values.chunks_exact_mut(xs.len())) {
                let up = self
                    .plane
                    .y
                    .0
                    .map_or(0.0, |column| machine.weights[column] * y);
                for (value, x_value) in line.iter_mut().zip(xs) {
                    *value += fixed + up + machine.weights[x] * x_value;
                }
            }
        }
    }

    /// exp of a sum is a product: lines x vectors times vectors x width.
    fn add_factors(
        &self,
        gamma: f64,
        ys: &[f64],
        planes: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        let (vectors, width) = (self.fixed.len(), self.plane.x.1.len());
        let mut factors = Vec::with_capacity(ys.len() * vectors);
        for y in ys {
            for (vector, fixed) in self.fixed.iter().enumerate() {
                let up = self
                    .plane
                    .y
                    .0
                    .map_or(0.0, |column| self.part(column, vector, *y));
                factors.push(fixed + up);
            }
        }
        exponentials(&mut factors, -gamma, cancel)?;
        let mut scaled = Vec::new();
        let points = ys.len() * width;
        for (machine, values) in self
            .fit
            .machines
            .iter()
            .zip(planes.chunks_exact_mut(points))
        {
            // A product takes far less than an operation a pair of numbers.
            let some = units_a_look(ys.len() * width / 16).max(64);
            for ((start, _), coefficients) in machine.parts() {
                for (block, coefficients) in coefficients.chunks(some).enumerate() {
                    cancel.check()?;
                    let from = start + block * some;
                    let to = from + coefficients.len();
                    scaled.clear();
                    for line in factors.chunks_exact(vectors) {
                        scaled.extend(line[from..to].iter().zip(coefficients).map(|(f, c)| f * c));
                    }
                    multiply(
                        view_mut(values, ys.len(), width),
                        Accum::Add,
                        view(&scaled, ys.len(), to - from),
                        view(&self.across[from * width..to * width], to - from, width),
                    );
                }
            }
        }
        Ok(())
    }

    /// Along a line the machine is one polynomial in x, whose coefficients are sums over the vectors.
    fn add_powers(
        &self,
        gamma: f64,
        degree: usize,
        coef0: f64,
        ys: &[f64],
        planes: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        let (x, xs) = self.plane.x;
        let points = ys.len() * xs.len();
        // From the middle of the line powers stay small, and with them what rounding takes.
        let middle = xs.iter().sum::<f64>() / xs.len() as f64;
        let mut binomials = vec![1.0; degree + 1];
        for k in 1..=degree {
            binomials[k] = binomials[k - 1] * (degree + 1 - k) as f64 / k as f64;
        }
        // Of a machine: the coefficients of (x - middle)^0, ^1, ...
        let mut sums = vec![0.0; self.fit.machines.len() * (degree + 1)];
        let mut terms = vec![0.0; degree + 1];
        for (line, y) in ys.iter().enumerate() {
            sums.fill(0.0);
            for (vector, uses) in self.uses.iter().enumerate() {
                if vector % 1024 == 0 {
                    cancel.check()?;
                }
                let slope = gamma * self.fit.vectors.at(vector, x);
                let here = gamma * (self.height(vector, *y) + self.part(x, vector, middle)) + coef0;
                // here^(degree - k) slope^k, from both ends.
                let mut power = 1.0;
                for (term, binomial) in terms.iter_mut().zip(&binomials) {
                    *term = binomial * power;
                    power *= slope;
                }
                power = 1.0;
                for term in terms.iter_mut().rev() {
                    *term *= power;
                    power *= here;
                }
                for &(which, coefficient) in uses {
                    let sums = &mut sums[which * (degree + 1)..][..degree + 1];
                    add_scaled(sums, coefficient, &terms);
                }
            }
            for (which, sums) in sums.chunks_exact(degree + 1).enumerate() {
                let start = which * points + line * xs.len();
                let values = &mut planes[start..start + xs.len()];
                for (value, x) in values.iter_mut().zip(xs) {
                    let away = x - middle;
                    *value += sums.iter().rev().fold(0.0, |sum, c| sum * away + c);
                }
            }
        }
        Ok(())
    }

    fn add_sigmoids(
        &self,
        gamma: f64,
        coef0: f64,
        ys: &[f64],
        planes: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        let (x, xs) = self.plane.x;
        let (width, points) = (xs.len(), ys.len() * xs.len());
        let mut kernels = vec![0.0; VECTORS * width];
        let mut ups = [0.0; VECTORS];
        for (line, y) in ys.iter().enumerate() {
            for (block, across) in self.across.chunks(VECTORS * width).enumerate() {
                cancel.check()?;
                let first = block * VECTORS;
                let count = across.len() / width;
                let (ups, kernels) = (&mut ups[..count], &mut kernels[..across.len()]);
                for (up, vector) in ups.iter_mut().zip(first..) {
                    *up = 2.0 * (gamma * self.height(vector, *y) + coef0);
                }
                if self.of_factors && ups.iter().all(|up| up.abs() < FAR) {
                    wide(Sigmoids {
                        ups,
                        across,
                        kernels,
                        width,
                    });
                } else {
                    for (at, kernels) in kernels.chunks_exact_mut(width).enumerate() {
                        let here = self.height(first + at, *y);
                        for (kernel, value) in kernels.iter_mut().zip(xs) {
                            *kernel = here + self.part(x, first + at, *value);
                        }
                    }
                    self.fit.kernel.finish(kernels);
                }
                wide(AddScaled {
                    uses: &self.uses[first..first + count],
                    kernels,
                    planes,
                    start: line * width,
                    points,
                    width,
                });
            }
        }
        Ok(())
    }

    /// The part of a vector's product that is the same all along a line.
    fn height(&self, vector: usize, y: f64) -> f64 {
        let up = self.plane.y.0;
        self.fixed[vector] + up.map_or(0.0, |column| self.part(column, vector, y))
    }
}

/// exp of each value times `factor`.
fn exponentials(values: &mut [f64], factor: f64, cancel: &Cancel) -> Outcome<()> {
    for values in values.chunks_mut(units_a_look(8)) {
        cancel.check()?;
        values.iter_mut().for_each(|v| *v = exp(factor * *v));
    }
    Ok(())
}

/// Exponents whose factors, and the products of four, are far from the bounds of `f64`.
const FAR: f64 = 150.0;

/// Vectors whose kernels with a line stay in the first-level cache.
const VECTORS: usize = 16;

/// tanh of half a sum of exponents, from their factors.
struct Sigmoids<'a> {
    /// Exponents of the line, one a vector.
    ups: &'a mut [f64],
    /// Factors along the line, vector after vector.
    across: &'a [f64],
    kernels: &'a mut [f64],
    width: usize,
}

impl Loop for Sigmoids<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let width = self.width;
        self.ups.iter_mut().for_each(|up| *up = exp(*up));
        // Two vectors share a division, which costs most here.
        let pairs = self
            .kernels
            .chunks_mut(2 * width)
            .zip(self.across.chunks(2 * width));
        for ((kernels, across), ups) in pairs.zip(self.ups.chunks(2)) {
            let (first, second) = kernels.split_at_mut(width);
            let (a, b) = across.split_at(width);
            if let [up_a, up_b] = *ups {
                let (first, second) = (&mut first[..width], &mut second[..width]);
                let (a, b) = (&a[..width], &b[..width]);
                for x in 0..width {
                    let (one, two) = (up_a * a[x] + 1.0, up_b * b[x] + 1.0);
                    let share = 2.0 / (one * two);
                    first[x] = 1.0 - two * share;
                    second[x] = 1.0 - one * share;
                }
            } else {
                for (kernel, a) in first.iter_mut().zip(a) {
                    *kernel = 1.0 - 2.0 / (ups[0] * a + 1.0);
                }
            }
        }
    }
}

/// Adds the kernels of some vectors with a line to the machines that use them.
struct AddScaled<'a> {
    /// Machine and coefficient, for each vector.
    uses: &'a [Vec<(usize, f64)>],
    kernels: &'a [f64],
    planes: &'a mut [f64],
    /// Where the line is in a plane of so many points.
    start: usize,
    points: usize,
    width: usize,
}

impl Loop for AddScaled<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (uses, kernels) in self.uses.iter().zip(self.kernels.chunks_exact(self.width)) {
            for &(which, coefficient) in uses {
                let start = which * self.points + self.start;
                let values = &mut self.planes[start..start + self.width];
                for (value, kernel) in values.iter_mut().zip(kernels) {
                    *value += coefficient * kernel;
                }
            }
        }
    }
}
