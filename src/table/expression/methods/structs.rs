//! Values of several fields: the namespace `struct`.

use super::super::Operand;
use super::{Method, method};

pub(super) const METHODS: &[Method] = &[
    method("struct", "field", &["names…"], "A field by its name, or several.", |e, a| {
        let mut names = Vec::new();
        for one in a.values {
            names.extend(one.texts()?);
        }
        Ok(match names.as_slice() {
            [name] => e.struct_().field_by_name(name),
            _ => e.struct_().field_by_names(names),
        })
    }),
    method("struct", "rename_fields", &["names"], "The fields under other names, in their order.", |e, a| {
        Ok(e.struct_().rename_fields(a[0].texts()?))
    }),
    method(
        "struct",
        "with_fields",
        &["expressions…"],
        "Further fields, or fields of the same name replaced; `field(\"a\")` is a field of its own.",
        |e, a| {
            let fields = a.values.iter().map(Operand::column).collect::<regulars_plugin::Result<_>>()?;
            Ok(e.struct_().with_fields(fields))
        },
    ),
    method("struct", "json_encode", &[], "The fields as JSON text.", |e, _| Ok(e.struct_().json_encode())),
];
