/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.subject;

import io.peeklock.benchmarks.process.ChildProcess;
import io.peeklock.benchmarks.process.ChildResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.activemq.artemis.nativo.jlibaio.LibaioContext;

/**
 * Artemis's native library, which it needs for the ASYNCIO journal, and which needs libaio of the system.
 *
 * <p>Immutable.
 */
public final class NativeLibrary {

    private static final String RESOURCE = "lib/linux-x86_64/libartemis-native-64.so";
    private static final String LOADED = "loaded";

    private final Path directory;

    private NativeLibrary(Path directory) {
        this.directory = directory;
    }

    /** Unpacks it into a directory below this one; empty if a JVM does not load it. */
    public static Optional<NativeLibrary> unpack(Path parent, PrintStream messages)
            throws IOException, InterruptedException {
        Path directory = Files.createDirectories(parent.resolve("native")).toAbsolutePath();
        try (InputStream library = LibaioContext.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (library == null) {
                return Optional.empty();
            }
            Files.copy(
                    library,
                    directory.resolve(Path.of(RESOURCE).getFileName().toString()),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        NativeLibrary unpacked = new NativeLibrary(directory);
        return new ChildProcess(NativeLibrary.class, unpacked.jvmOptions(), messages)
                .run(parent.resolve("native-trial"), List.of())
                .filter(figures -> figures.get(LOADED) == 1)
                .map(figures -> unpacked);
    }

    /** What a JVM needs that is to load it. */
    public List<String> jvmOptions() {
        return List.of("-Djava.library.path=" + directory);
    }

    /** Tells whether this JVM loads it. */
    public static void main(String[] arguments) {
        System.out.println(ChildResult.format(Map.of(LOADED, LibaioContext.isLoaded() ? 1L : 0L)));
    }
}
