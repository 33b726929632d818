/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.directory;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.disk.Disk;
import io.peeklock.journal.disk.DiskErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a store of an older format to the present one, after a copy of it was made that the older version can be given back.
 *
 * <p>Owned by one thread, which has the store's lock.
 *
 * <p>Records say their own version and are read in every one that ever was; what the store's format says is which of them an
 * older program may find. So nothing is converted: the copy is complete and verified before the new format is written, and
 * that is one rename. A crash leaves the old format, with or without a copy.
 *
 * <pre>
 * format 1   entities, messages, delivery records
 * format 2   the same, and what came with sessions, schedules, rules and duplicates: definitions of format 2, records of
 *            rules, session states, seen ids, transfers
 * format 3   the same, and what came with transactions over partitions: records of prepared parts and decisions, messages
 *            without a number, delivery records of version 4
 * </pre>
 */
public final class StoreUpgrade {

    private static final Logger LOG = LoggerFactory.getLogger(StoreUpgrade.class);
    private static final int MOST_COPIES = 100;

    private StoreUpgrade() {}

    /** Where the copy lies if nothing else is said: in the store's directory. */
    public static String folderName() {
        return "before-format-" + StoreHeader.FORMAT;
    }

    /**
     * Upgrades a store that is not in use.
     *
     * @param copy where the copy goes, empty for the store's directory; empty or not there
     * @return whether there was something to do
     * @throws JournalException STORE_LOCKED, REFUSED, DISK_FULL, NEWER_FORMAT, CORRUPT, ACCESS_DENIED or IO; it is as it was
     */
    public static boolean upgrade(Path store, Optional<Path> copy, Disk disk, Clock clock) throws JournalException {
        Path path = store.toAbsolutePath().normalize();
        StoreView.of(path, disk);
        try (StoreLock lock = StoreLock.take(disk, path, "an upgrade", clock)) {
            StoreView view = StoreView.of(path, disk);
            if (view.header().format() == StoreHeader.FORMAT) {
                return false;
            }
            upgrade(disk, path, view.header(), view.isClosed(), copy, clock);
            return true;
        } catch (IOException e) {
            throw DiskErrors.because("cannot upgrade the store " + path, e);
        }
    }

    /** Upgrades a store whose lock is held; gives its new header. */
    static StoreHeader upgrade(
            Disk disk, Path path, StoreHeader header, boolean clean, Optional<Path> wished, Clock clock)
            throws JournalException {
        LOG.info("{} in {} has format {} and is upgraded to {}", header, path, header.format(), StoreHeader.FORMAT);
        ClosedStore store = new ClosedStore(disk, path, header, clean);
        StoreHeader upgraded = header.withFormat(StoreHeader.FORMAT);
        try {
            Path copy = wished.isPresent() ? wished.get() : freeFolder(disk, path, store);
            if (!isCopy(disk, copy, store)) {
                store.copy(copy, clock, ignored -> {});
            }
            upgraded.write(disk, path);
            LOG.info(
                    "A copy of the store {} as it was lies in {}; delete it when the upgrade has proven itself",
                    path,
                    copy);
        } catch (JournalException e) {
            throw refusal(path, header, e);
        } catch (IOException e) {
            throw refusal(path, header, DiskErrors.because("cannot copy it", e));
        }
        return upgraded;
    }

    private static JournalException refusal(Path path, StoreHeader header, JournalException why) {
        return new JournalException(
                why.reason(),
                "the store " + path + " has format " + header.format() + " and is not upgraded to "
                        + StoreHeader.FORMAT + ", because no copy of it can be made first: " + why.getMessage()
                        + ". It is as it was; the store tool's upgrade takes another directory for the copy",
                why);
    }

    /** The copy that is there already, if a crash came behind it; else where one can be made. Complete ones, and the user's own, are never deleted. */
    private static Path freeFolder(Disk disk, Path path, ClosedStore store) throws JournalException, IOException {
        for (int number = 1; number <= MOST_COPIES; number++) {
            Path folder = path.resolve(folderName() + (number == 1 ? "" : "." + number));
            if (!disk.exists(folder) || disk.isDirectory(folder)) {
                List<String> content = JournalFolders.contentOf(disk, folder);
                if (!content.isEmpty() && BackupFolder.isCutShort(disk, folder, content)) {
                    BackupFolder.discard(disk, folder);
                    content = JournalFolders.contentOf(disk, folder);
                }
                if (content.isEmpty() || isCopy(disk, folder, store)) {
                    return folder;
                }
            }
        }
        throw new JournalException(
                Reason.REFUSED, "there are " + MOST_COPIES + " copies of it already, or other things of their names");
    }

    private static boolean isCopy(Disk disk, Path folder, ClosedStore store) throws IOException, JournalException {
        if (!disk.exists(folder.resolve(BackupManifest.FILE))) {
            return false;
        }
        try {
            BackupManifest manifest = BackupManifest.read(disk, folder);
            BackupFolder.requireSame(disk, folder, manifest, ignored -> {});
            return store.isSameAs(manifest);
        } catch (JournalException e) {
            if (e.reason() != Reason.CORRUPT) {
                throw e;
            }
            return false;
        }
    }
}
