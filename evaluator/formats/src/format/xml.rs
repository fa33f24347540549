//! Writes the XML of `toXML` and `--xml` (`libutil/xml-writer.cc`): elements and attributes, no text.

/// Writes elements, each on its own line, indented by two spaces a level.
#[derive(Debug)]
pub struct XmlWriter {
    out: Vec<u8>,
    open: Vec<&'static str>,
}

impl Default for XmlWriter {
    fn default() -> Self {
        XmlWriter::new()
    }
}

impl XmlWriter {
    /// A document with its declaration and no element.
    pub fn new() -> Self {
        XmlWriter { out: b"<?xml version='1.0' encoding='utf-8'?>\n".to_vec(), open: Vec::new() }
    }

    /// Opens an element that later calls fill. Attributes are written in the given order; the reference sorts its own
    /// by name.
    pub fn open_element(&mut self, name: &'static str, attributes: &[(&str, &[u8])]) {
        self.start_tag(name, attributes);
        self.out.extend_from_slice(b">\n");
        self.open.push(name);
    }

    /// Closes the element opened last. Does nothing where none is open.
    pub fn close_element(&mut self) {
        let Some(name) = self.open.pop() else { return };
        self.indent();
        self.out.extend_from_slice(b"</");
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b">\n");
    }

    /// Writes an element that holds nothing.
    pub fn empty_element(&mut self, name: &str, attributes: &[(&str, &[u8])]) {
        self.start_tag(name, attributes);
        self.out.extend_from_slice(b" />\n");
    }

    /// The capacity of the buffer, which holds everything written since the last [`XmlWriter::take`].
    pub fn capacity(&self) -> usize {
        self.out.capacity()
    }

    /// Takes the bytes written since the last call. `--xml` prints them even if evaluation fails later.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// The rest of the document, with its open elements closed.
    pub fn finish(mut self) -> Vec<u8> {
        while !self.open.is_empty() {
            self.close_element();
        }
        self.out
    }

    fn indent(&mut self) {
        self.out.resize(self.out.len() + 2 * self.open.len(), b' ');
    }

    fn start_tag(&mut self, name: &str, attributes: &[(&str, &[u8])]) {
        self.indent();
        self.out.push(b'<');
        self.out.extend_from_slice(name.as_bytes());
        for (name, value) in attributes {
            self.out.push(b' ');
            self.out.extend_from_slice(name.as_bytes());
            self.out.extend_from_slice(b"=\"");
            for &byte in *value {
                match byte {
                    b'"' => self.out.extend_from_slice(b"&quot;"),
                    b'<' => self.out.extend_from_slice(b"&lt;"),
                    b'>' => self.out.extend_from_slice(b"&gt;"),
                    b'&' => self.out.extend_from_slice(b"&amp;"),
                    // A reader would turn a bare newline into a space.
                    b'\n' if fault!(117, true, false) => self.out.extend_from_slice(b"&#xA;"),
                    _ => self.out.push(byte),
                }
            }
            self.out.push(b'"');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document() {
        // The reference on `[ 1.0 "a\"<>&'\n\t\r" { x = [ ]; } ]`.
        let mut writer = XmlWriter::new();
        writer.open_element("expr", &[]);
        writer.open_element("list", &[]);
        writer.empty_element("float", &[("value", b"1")]);
        writer.empty_element("string", &[("value", b"a\"<>&'\n\t\r")]);
        writer.open_element("attrs", &[]);
        writer.open_element("attr", &[("column", b"25"), ("line", b"1"), ("name", b"x")]);
        writer.open_element("list", &[]);
        let mut text = writer.take();
        text.extend(writer.finish());
        assert_eq!(
            String::from_utf8(text).unwrap(),
            concat!(
                "<?xml version='1.0' encoding='utf-8'?>\n",
                "<expr>\n",
                "  <list>\n",
                "    <float value=\"1\" />\n",
                "    <string value=\"a&quot;&lt;&gt;&amp;'&#xA;\t\r\" />\n",
                "    <attrs>\n",
                "      <attr column=\"25\" line=\"1\" name=\"x\">\n",
                "        <list>\n",
                "        </list>\n",
                "      </attr>\n",
                "    </attrs>\n",
                "  </list>\n",
                "</expr>\n",
            )
        );
    }
}
