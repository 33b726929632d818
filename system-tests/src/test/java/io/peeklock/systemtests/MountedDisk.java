/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A small file system of its own, where the machine lets a test mount one; elsewhere the test is skipped.
 *
 * <p>Owned by one thread.
 */
final class MountedDisk implements AutoCloseable {

    private final Path directory;

    private MountedDisk(Path directory) {
        this.directory = directory;
    }

    /** Mounts an empty one of so many megabytes over a directory. */
    static MountedDisk mount(Path directory, int megabytes) throws IOException, InterruptedException {
        return mount(directory, "size=" + megabytes + "m,mode=700");
    }

    /** Mounts an empty one that nobody can write to, whoever that is. */
    static MountedDisk mountReadOnly(Path directory) throws IOException, InterruptedException {
        return mount(directory, "ro");
    }

    private static MountedDisk mount(Path directory, String options) throws IOException, InterruptedException {
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory.toString()),
                "no file system can be mounted here");
        return new MountedDisk(directory);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (!run("umount", directory.toString())) {
            throw new IOException(directory + " cannot be unmounted: something in it is still open");
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            // There is no such command on this machine.
            return false;
        }
    }
}
