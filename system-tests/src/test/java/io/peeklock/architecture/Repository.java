/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.architecture;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The files of this repository that people write.
 *
 * <p>Has no state; any thread.
 */
final class Repository {

    private Repository() {}

    /** The directory of the parent pom, the only one whose pom lists modules; tests run in their module's directory. */
    static Path root() throws IOException {
        for (Path dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
            Path pom = dir.resolve("pom.xml");
            if (Files.exists(pom) && Files.readString(pom).contains("<modules>")) {
                return dir;
            }
        }
        throw new IllegalStateException("No parent pom above " + Path.of("").toAbsolutePath());
    }

    /** Java sources of all modules, tests too. */
    static List<Path> javaFiles() throws IOException {
        return files(path -> path.toString().endsWith(".java"));
    }

    /** README and the like, and everything under docs. */
    static List<Path> documents() throws IOException {
        return files(path -> path.toString().endsWith(".md"));
    }

    /** What is hidden or built is left out, and not even looked into: it changes while tests run. */
    private static List<Path> files(Predicate<Path> which) throws IOException {
        Path root = root();
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String name = String.valueOf(directory.getFileName());
                boolean skipped = !directory.equals(root) && (name.startsWith(".") || name.equals("target"));
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (which.test(file)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }
}
