//! Decision values of a plane: kernels are made of one part a column, so all points of a line share
//! most of the work, and that of distances becomes a product of two matrices.

use faer::Accum;

use super::dense::{add_scaled, multiply, view, view_mut};
use super::exp::exp;
use super::kernel::Kernel;
use super::svm::SvmFit;
use crate::base::{Cancel, Outcome};

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
            for value in xs {
                let part = painter.part(x, vector, *value);
                painter.across.push(part);
            }
        }
        if let Kernel::Rbf { gamma } = fit.kernel {
            painter
                .across
                .iter_mut()
                .for_each(|v| *v = exp(-gamma * *v));
            return Ok(painter);
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
            Kernel::Rbf { gamma } => self.add_factors(gamma, ys, planes),
            _ => return self.add_others(ys, planes, cancel),
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
    fn add_factors(&self, gamma: f64, ys: &[f64], planes: &mut [f64]) {
        let (vectors, width) = (self.fixed.len(), self.plane.x.1.len());
        let mut factors = Vec::with_capacity(ys.len() * vectors);
        for y in ys {
            for (vector, fixed) in self.fixed.iter().enumerate() {
                let up = self
                    .plane
                    .y
                    .0
                    .map_or(0.0, |column| self.part(column, vector, *y));
                factors.push(-gamma * (fixed + up));
            }
        }
        factors.iter_mut().for_each(|v| *v = exp(*v));
        let mut scaled = Vec::new();
        let points = ys.len() * width;
        for (machine, values) in self
            .fit
            .machines
            .iter()
            .zip(planes.chunks_exact_mut(points))
        {
            for ((from, to), coefficients) in machine.parts().into_iter().filter(|p| p.0.0 < p.0.1)
            {
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

    fn add_others(&self, ys: &[f64], planes: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        let width = self.plane.x.1.len();
        let points = ys.len() * width;
        let mut kernels = vec![0.0; width];
        for (line, y) in ys.iter().enumerate() {
            for (vector, across) in self.across.chunks_exact(width).enumerate() {
                if vector % 256 == 0 {
                    cancel.check()?;
                }
                let up = self
                    .plane
                    .y
                    .0
                    .map_or(0.0, |column| self.part(column, vector, *y));
                let here = self.fixed[vector] + up;
                for (kernel, across) in kernels.iter_mut().zip(across) {
                    *kernel = here + across;
                }
                self.fit.kernel.finish(&mut kernels);
                for &(which, coefficient) in &self.uses[vector] {
                    let start = which * points + line * width;
                    add_scaled(&mut planes[start..start + width], coefficient, &kernels);
                }
            }
        }
        Ok(())
    }
}
