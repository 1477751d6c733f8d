//! What was packed is unpacked again before it may replace anything.

use super::{Data, Opened, Whence, Work, pack, unpack};
use crate::base::Problem;

/// Fails where the packed bytes do not say what the work is. Gives the sentence about data that are
/// too large to go along.
pub fn verify(work: &Work, bytes: &[u8]) -> Result<Option<Problem>, Problem> {
    let differs = |what: &str| {
        Problem::new(format!(
            "what was written does not read back the same ({what}), so the old file stays"
        ))
        .fix("Please report this sentence")
    };
    let Opened { lost, whence, .. } = unpack(bytes, None)?;
    if let Some(lost) = lost.first() {
        return Err(differs(&lost.to_string()));
    }
    let project = &work.project;
    let note = match &whence {
        Whence::Inside(table) if table.fingerprint() == project.table.fingerprint() => None,
        Whence::Inside(_) => return Err(differs("the data")),
        Whence::Lost => {
            let large = "the data are too large for the project file and came from no file";
            return Err(Problem::new(large).fix("Save them as a table and open that first"));
        }
        Whence::Elsewhere(other) => Some(
            Problem::new(format!(
                "the data are too large for the project file, which refers to {} instead",
                other.spec
            ))
            .fix("Keep that file"),
        ),
    };
    let (again, lost) = unpack(bytes, None)?.onto(project.table.clone());
    if let Some(lost) = lost.first().filter(|_| note.is_none()) {
        return Err(differs(&lost.to_string()));
    }
    // The same work packs to the same parts.
    if project.test.is_none() || again.project.test.is_some() {
        let parts = |work: &Work| pack(work, None, Data::Apart);
        let mut expected = work.clone();
        expected.origin = again.origin.clone();
        if parts(&again)? != parts(&expected)? {
            return Err(differs("the models or the view"));
        }
    }
    Ok(note)
}
