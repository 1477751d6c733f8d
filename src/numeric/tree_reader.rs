//! Takes the trees out of smartcore's fitted models, which keep them to themselves but write them.
//!
//! A serialiser that listens to the nodes and forgets the rest: numbers come through exactly, and no
//! copy of a large forest stands in memory as text.

use serde::ser::{self, Impossible, Serialize, SerializeSeq, SerializeStruct};

use super::Tree;

/// The trees of a fitted tree or forest of smartcore's, in their order. Nodes predict one number: for
/// regressors the mean, for classifiers the place of the class among those that occur. Impurities and
/// samples are not there.
pub fn smartcore_trees(fitted: &impl Serialize, columns: usize) -> Vec<Tree> {
    let mut reader = Reader {
        trees: Vec::new(),
        columns,
    };
    // Listening cannot fail.
    let _ = fitted.serialize(&mut reader);
    for tree in &mut reader.trees {
        for node in 0..tree.nodes() {
            if tree.is_leaf(node) {
                continue;
            }
            let below = tree.depth[node] + 1;
            for child in [tree.left[node], tree.right[node]] {
                if let Some(depth) = tree.depth.get_mut(child as usize) {
                    *depth = below;
                }
            }
        }
    }
    reader.trees
}

struct Reader {
    trees: Vec<Tree>,
    columns: usize,
}

/// What a node said of itself.
#[derive(Default)]
struct Node {
    output: f64,
    feature: f64,
    threshold: Option<f64>,
    left: Option<f64>,
    right: Option<f64>,
}

/// Never made.
#[derive(Debug)]
struct Never;

impl std::fmt::Display for Never {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not a tree")
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Never
    }
}

/// The part of a serialiser that hears nothing.
macro_rules! deaf {
    ($($name:ident($($kind:ty),*);)*) => {
        $(fn $name(self, $(_: $kind),*) -> Result<Self::Ok, Never> {
            Ok(Default::default())
        })*
    };
}

macro_rules! deaf_compounds {
    () => {
        type SerializeTuple = Impossible<Self::Ok, Never>;
        type SerializeTupleStruct = Impossible<Self::Ok, Never>;
        type SerializeTupleVariant = Impossible<Self::Ok, Never>;
        type SerializeMap = Impossible<Self::Ok, Never>;
        type SerializeStructVariant = Impossible<Self::Ok, Never>;

        deaf! {
            serialize_bool(bool);
            serialize_char(char);
            serialize_str(&str);
            serialize_bytes(&[u8]);
            serialize_none();
            serialize_unit();
            serialize_unit_struct(&'static str);
            serialize_unit_variant(&'static str, u32, &'static str);
        }

        fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Self::Ok, Never> {
            value.serialize(self)
        }
        fn serialize_newtype_struct<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            value: &T,
        ) -> Result<Self::Ok, Never> {
            value.serialize(self)
        }
        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<Self::Ok, Never> {
            Ok(Default::default())
        }
        fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Never> {
            Err(Never)
        }
        fn serialize_tuple_struct(
            self,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeTupleStruct, Never> {
            Err(Never)
        }
        fn serialize_tuple_variant(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeTupleVariant, Never> {
            Err(Never)
        }
        fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Never> {
            Err(Never)
        }
        fn serialize_struct_variant(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeStructVariant, Never> {
            Err(Never)
        }
    };
}

impl<'a> ser::Serializer for &'a mut Reader {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = &'a mut Reader;
    type SerializeStruct = Part<'a>;

    deaf_compounds!();
    deaf! {
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_f32(f32);
        serialize_f64(f64);
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Never> {
        Ok(self)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Part<'a>, Never> {
        Ok(Part {
            node: (name == "Node").then(Node::default),
            reader: self,
        })
    }
}

impl SerializeSeq for &mut Reader {
    type Ok = ();
    type Error = Never;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Never> {
        Ok(())
    }
}

/// A struct that is being written: a node, or something around nodes.
struct Part<'a> {
    reader: &'a mut Reader,
    node: Option<Node>,
}

impl SerializeStruct for Part<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        if let Some(node) = &mut self.node {
            let number = || value.serialize(Number);
            match key {
                "output" => node.output = number()?.unwrap_or(0.0),
                "split_feature" => node.feature = number()?.unwrap_or(0.0),
                "split_value" => node.threshold = number()?,
                "true_child" => node.left = number()?,
                "false_child" => node.right = number()?,
                _ => {}
            }
            return Ok(());
        }
        match key {
            "nodes" => {
                let columns = self.reader.columns;
                self.reader.trees.push(Tree::new(columns, 1));
                value.serialize(&mut *self.reader)
            }
            "trees" | "tree_regressor" | "forest_regressor" => value.serialize(&mut *self.reader),
            _ => Ok(()),
        }
    }

    fn end(self) -> Result<(), Never> {
        if let (Some(node), Some(tree)) = (self.node, self.reader.trees.last_mut()) {
            let at = tree.push(0, 0.0, 0);
            tree.values.push(node.output);
            if let (Some(left), Some(right)) = (node.left, node.right) {
                tree.feature[at] = node.feature as u32;
                tree.threshold[at] = node.threshold.unwrap_or(f64::NAN);
                tree.left[at] = left as u32;
                tree.right[at] = right as u32;
            }
        }
        Ok(())
    }
}

/// Hears one number.
struct Number;

macro_rules! numbers {
    ($($name:ident($kind:ty);)*) => {
        $(fn $name(self, value: $kind) -> Result<Option<f64>, Never> {
            Ok(Some(value as f64))
        })*
    };
}

impl ser::Serializer for Number {
    type Ok = Option<f64>;
    type Error = Never;
    type SerializeSeq = Impossible<Option<f64>, Never>;
    type SerializeStruct = Impossible<Option<f64>, Never>;

    deaf_compounds!();
    numbers! {
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_f32(f32);
        serialize_f64(f64);
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Never> {
        Err(Never)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Never> {
        Err(Never)
    }
}

#[cfg(test)]
mod tests {
    use smartcore::ensemble::random_forest_regressor::{
        RandomForestRegressor, RandomForestRegressorParameters,
    };
    use smartcore::linalg::basic::matrix::DenseMatrix;
    use smartcore::tree::decision_tree_classifier::{
        DecisionTreeClassifier, DecisionTreeClassifierParameters,
    };

    use super::super::Labels;
    use super::super::cart::tests::reference_data;
    use super::*;

    #[test]
    fn trees_read_out_predict_as_smartcore_does() {
        let (x, classes, numbers) = reference_data();
        let dense = DenseMatrix::new(x.rows(), x.columns(), x.values().to_vec(), false).unwrap();
        let (Labels::Numbers(y), Labels::Classes { codes, .. }) = (numbers, classes) else {
            panic!("reference data");
        };
        let parameters = RandomForestRegressorParameters::default().with_n_trees(5);
        let forest = RandomForestRegressor::fit(&dense, &y.to_vec(), parameters).unwrap();
        let trees = smartcore_trees(&forest, 4);
        assert_eq!(trees.len(), 5);
        let mut sums = vec![0.0; 300];
        for tree in &trees {
            assert!(tree.is_sound() && tree.depth() > 3);
            tree.add_predictions(x.values(), &mut sums);
        }
        let means: Vec<f64> = sums.iter().map(|sum| sum / 5.0).collect();
        assert_eq!(means, forest.predict(&dense).unwrap());

        let parameters = DecisionTreeClassifierParameters::default();
        let tree = DecisionTreeClassifier::fit(&dense, &codes.to_vec(), parameters).unwrap();
        let trees = smartcore_trees(&tree, 4);
        assert!(trees.len() == 1 && trees[0].is_sound());
        let mut out = vec![0.0; 300];
        trees[0].predict(x.values(), &mut out);
        let expected: Vec<u32> = tree.predict(&dense).unwrap();
        assert!(out.iter().zip(expected).all(|(a, b)| *a == f64::from(b)));
    }
}
