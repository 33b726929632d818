/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.disk.FileSystemDisk;
import java.io.File;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The lock against other processes, killed ones too, and other class loaders, on real files.
 *
 * <p>Not thread safe.
 */
final class StoreLockCrashTest {

    @TempDir
    Path directory;

    @Test
    void keepsOtherProcessesOutWhileItIsHeldAndNoLongerThanTheProcessLives() throws Exception {
        Process other = StoreHolder.start(directory);
        try {
            assertThat(other.inputReader(UTF_8).readLine()).isEqualTo("open");
            assertThatThrownBy(() -> open("second"))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("process " + other.pid())
                    .hasMessageContaining("the other process")
                    .extracting(e -> ((JournalException) e).reason())
                    .isEqualTo(Reason.STORE_LOCKED);
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(directory.resolve("store.lock"))).contains("process " + other.pid());
        try (StoreDirectory store = open("second")) {
            assertThat(store.wasCleanlyClosed()).isFalse();
        }
    }

    @Test
    void isNotGivenAwayByAnOpeningThatIsRefusedInItsOwnProcess() throws Exception {
        try (StoreDirectory store = open("first")) {
            assertThatThrownBy(() -> open("second")).hasMessageContaining("first");
            assertThatThrownBy(() -> open("third")).hasMessageContaining("first");
            assertOtherProcessIsKeptOut();
            assertThat(store.partitions()).isEqualTo(16);
        }
    }

    @Test
    void isNotGivenAwayByLookingAtTheStoreInItsOwnProcess() throws Exception {
        try (StoreDirectory store = open("first")) {
            StoreView view = StoreView.of(directory, new FileSystemDisk());
            assertThat(view.header().id()).isEqualTo(store.id());
            assertThat(view.isClosed()).isFalse();
            assertThat(view.lastHolder().orElseThrow()).contains("first");
            assertOtherProcessIsKeptOut();
        }
    }

    private void assertOtherProcessIsKeptOut() throws Exception {
        Process other = StoreHolder.start(directory);
        try (InputStream output = other.getInputStream()) {
            // If it did get in, it is not to wait for us.
            other.getOutputStream().close();
            assertThat(output.readAllBytes()).as("the other process gives up").isEmpty();
            assertThat(other.waitFor()).isNotZero();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void keepsOtherClassLoadersOut() throws Exception {
        URL[] classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(StoreLockCrashTest::url)
                .toArray(URL[]::new);
        try (URLClassLoader loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            Class<?> holder = loader.loadClass(StoreHolder.class.getName());
            assertThat(holder).isNotEqualTo(StoreHolder.class);
            Path link =
                    Files.createSymbolicLink(directory.resolveSibling(directory.getFileName() + "-link"), directory);
            try (AutoCloseable held = (AutoCloseable)
                    holder.getMethod("hold", Path.class, String.class).invoke(null, link, "the other class loader")) {
                assertThat(held).isNotNull();
                assertThatThrownBy(() -> open("second"))
                        .hasMessageContaining("the other class loader")
                        .hasMessageContaining("same process");
            } finally {
                Files.delete(link);
            }
            open("second").close();
        }
    }

    private StoreDirectory open(String holder) throws JournalException {
        return StoreDirectory.open(
                directory, StoreOptions.builder().holder(holder).build());
    }

    private static URL url(String entry) {
        try {
            return new File(entry).toURI().toURL();
        } catch (java.net.MalformedURLException e) {
            throw new AssertionError(e);
        }
    }
}
