/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EarlyClassesTest {

    /** Is in the archive of the test. */
    static class Alone {}

    /** So is this, without what it extends. */
    static class Lacking extends Absent {}

    static class Absent {}

    @TempDir
    private Path directory;

    @Test
    void whatWasLoadedNeedsTheArchiveNoMore() throws Exception {
        Path jar = archive("a b.jar", Alone.class, Lacking.class);
        URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);

        int loaded = EarlyClasses.load(loader);
        loader.close();
        Files.delete(jar);

        assertThat(loaded).isEqualTo(1);
        assertThat(loader.loadClass(Alone.class.getName()).getClassLoader()).isSameAs(loader);
    }

    @Test
    void withoutItTheArchiveIsNeeded() throws Exception {
        URLClassLoader loader = new URLClassLoader(
                new URL[] {archive("other.jar", Alone.class).toUri().toURL()}, null);

        EarlyClasses.loadWhereNeeded(loader);
        loader.close();

        assertThatThrownBy(() -> loader.loadClass(Alone.class.getName())).isInstanceOf(ClassNotFoundException.class);
    }

    private Path archive(String name, Class<?>... classes) throws IOException {
        Path jar = directory.resolve(name);
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (Class<?> type : classes) {
                String file = type.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(file));
                try (InputStream in = type.getClassLoader().getResourceAsStream(file)) {
                    in.transferTo(out);
                }
                out.closeEntry();
            }
        }
        return jar;
    }
}
