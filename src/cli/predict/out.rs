//! The data with its predictions, as CSV.

use std::path::Path;

use super::source::Rows;
use crate::base::{NewFile, Problem};
use crate::data::csv::neutralised;
use crate::train::apply::{Pipeline, Predictions, number};

pub struct Out {
    writer: csv::Writer<NewFile>,
    path: String,
    neutralise: bool,
    columns: usize,
    renamed: Vec<String>,
}

impl Out {
    /// Writes the header; the file takes its place with [`Out::keep`].
    pub fn create(
        path: &Path,
        titles: &[String],
        pipeline: &Pipeline,
        neutralise: bool,
    ) -> Result<Out, Problem> {
        let mut out = Out {
            writer: csv::WriterBuilder::new()
                .buffer_capacity(1 << 16)
                .from_writer(NewFile::create(path)?),
            path: path.display().to_string(),
            neutralise,
            columns: titles.len(),
            renamed: Vec::new(),
        };
        let mut header = titles.to_vec();
        for name in pipeline.added_names() {
            let mut free = name.clone();
            while header.contains(&free) {
                free.push('_');
            }
            if free != name {
                out.renamed.push(format!(
                    "The data has a column “{name}” already, so what was predicted is called “{free}”."
                ));
            }
            header.push(free);
        }
        for title in &header {
            out.field(title)?;
        }
        out.end()?;
        Ok(out)
    }

    pub fn write(
        &mut self,
        rows: &Rows,
        predictions: &Predictions,
        pipeline: &Pipeline,
    ) -> Result<(), Problem> {
        let probabilities = pipeline.has_probabilities();
        for row in 0..rows.len() {
            for column in 0..self.columns {
                self.field(&rows.cell(row, column))?;
            }
            let outputs = predictions.row(row);
            self.field(&pipeline.label(outputs))?;
            if probabilities {
                for probability in outputs {
                    self.raw(&number(*probability))?;
                }
            }
            self.end()?;
        }
        Ok(())
    }

    /// Sentences about names that were taken.
    pub fn renamed(&self) -> &[String] {
        &self.renamed
    }

    pub fn keep(self) -> Result<(), Problem> {
        let path = self.path;
        match self.writer.into_inner() {
            Ok(file) => file.keep(),
            Err(error) => Err(unwritable(&path, &error)),
        }
    }

    fn field(&mut self, cell: &str) -> Result<(), Problem> {
        if self.neutralise {
            let cell = neutralised(cell);
            self.raw(&cell)
        } else {
            self.raw(cell)
        }
    }

    fn raw(&mut self, cell: &str) -> Result<(), Problem> {
        let written = self.writer.write_field(cell.as_bytes());
        written.map_err(|error| unwritable(&self.path, &error))
    }

    fn end(&mut self) -> Result<(), Problem> {
        let written = self.writer.write_record(None::<&[u8]>);
        written.map_err(|error| unwritable(&self.path, &error))
    }
}

fn unwritable(path: &str, error: &dyn std::fmt::Display) -> Problem {
    Problem::new(format!("the file could not be written ({error})")).at(path)
}
