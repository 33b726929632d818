/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The names of a disk, as programs see them and as a power cut would leave them.
 *
 * <p>Owned by its {@link FaultyDisk}, under whose monitor it is used. A change of names is durable when a directory that
 * it changed was synced; syncing a file does not make its name durable.
 */
final class SimulatedTree {

    /** A file, or a directory if it has no content. */
    record Node(@Nullable SimulatedFile content) {
        static final Node DIRECTORY = new Node(null);
    }

    private interface Change {

        boolean touches(Path directory);

        void applyTo(Map<Path, Node> names);
    }

    private record Create(Path path, Node node) implements Change {
        @Override
        public boolean touches(Path directory) {
            return directory.equals(path.getParent());
        }

        @Override
        public void applyTo(Map<Path, Node> names) {
            names.put(path, node);
        }
    }

    private record Delete(Path path) implements Change {
        @Override
        public boolean touches(Path directory) {
            return directory.equals(path.getParent());
        }

        @Override
        public void applyTo(Map<Path, Node> names) {
            names.remove(path);
        }
    }

    private record Rename(Path from, Path to) implements Change {
        @Override
        public boolean touches(Path directory) {
            return directory.equals(from.getParent()) || directory.equals(to.getParent());
        }

        @Override
        public void applyTo(Map<Path, Node> names) {
            Node moved = names.remove(from);
            if (moved != null) {
                names.put(to, moved);
            }
        }
    }

    private final Map<Path, Node> seen = new TreeMap<>();
    private final Map<Path, Node> synced = new TreeMap<>();
    private final List<Change> unsynced = new ArrayList<>();

    @Nullable
    Node get(Path path) {
        return path.getNameCount() == 0 ? Node.DIRECTORY : seen.get(path);
    }

    List<Path> children(Path directory) {
        return seen.keySet().stream()
                .filter(path -> directory.equals(path.getParent()))
                .toList();
    }

    Map<Path, SimulatedFile> files() {
        Map<Path, SimulatedFile> files = new TreeMap<>();
        seen.forEach((path, node) -> {
            if (node.content() != null) {
                files.put(path, node.content());
            }
        });
        return files;
    }

    void create(Path path, Node node) {
        change(new Create(path, node));
    }

    void delete(Path path) {
        change(new Delete(path));
    }

    void rename(Path from, Path to) {
        change(new Rename(from, to));
    }

    private void change(Change change) {
        change.applyTo(seen);
        unsynced.add(change);
    }

    void sync(Path directory) {
        unsynced.removeIf(change -> {
            boolean touched = change.touches(directory);
            if (touched) {
                change.applyTo(synced);
            }
            return touched;
        });
    }

    /** Takes a name away from the medium itself. */
    void lose(Path path) {
        seen.keySet().removeIf(other -> other.startsWith(path));
        synced.keySet().removeIf(other -> other.startsWith(path));
        unsynced.removeIf(
                change -> (change instanceof Create create && create.path().startsWith(path))
                        || (change instanceof Rename rename && rename.to().startsWith(path)));
    }

    /** The tree as a power cut leaves it. */
    SimulatedTree after(Crash crash, Random random) {
        Map<Path, Node> names = new TreeMap<>(synced);
        boolean[] survives = crash.survivors(unsynced.size(), random);
        for (int i = 0; i < survives.length; i++) {
            if (survives[i]) {
                unsynced.get(i).applyTo(names);
            }
        }
        SimulatedTree left = new SimulatedTree();
        Map<SimulatedFile, SimulatedFile> contents = new HashMap<>();
        names.forEach((path, node) -> {
            Path parent = path.getParent();
            // Sorted, so a parent comes before its children; one that was lost takes them with it.
            if (parent.getNameCount() == 0 || left.seen.containsKey(parent)) {
                SimulatedFile content = node.content();
                Node copy = content == null
                        ? Node.DIRECTORY
                        : new Node(contents.computeIfAbsent(content, file -> file.after(crash, random)));
                left.seen.put(path, copy);
                left.synced.put(path, copy);
            }
        });
        return left;
    }
}
