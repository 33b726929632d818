/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.OpenedNamespace;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.broker.runtime.BusClock;
import io.peeklock.broker.runtime.SteppedRuntime;
import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.jms.config.Setting;
import io.peeklock.jms.config.StoreLocation;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.artemis.ArtemisJournalStore;
import io.peeklock.journal.directory.StoreOptions;
import io.peeklock.journal.memory.MemoryJournalStore;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The broker that a connection factory's settings name.
 *
 * <p>Immutable, thread safe.
 */
final class StoreAddress implements BrokerAddress {

    private static final int DEFAULT_PARTITIONS = 16;

    private final ConnectionFactorySettings settings;
    private final @Nullable SteppedRuntime stepped;

    StoreAddress(ConnectionFactorySettings settings) {
        this(settings, null);
    }

    /** @param stepped the time and the threads of the broker if this opens it, or null for the machine's */
    StoreAddress(ConnectionFactorySettings settings, @Nullable SteppedRuntime stepped) {
        this.settings = settings;
        this.stepped = stepped;
    }

    @Override
    public BrokerTimer timer() {
        return stepped == null ? BrokerAddress.super.timer() : new SteppedTimer(stepped);
    }

    @Override
    public BusClock clock() {
        return stepped == null ? BrokerAddress.super.clock() : stepped.clock();
    }

    @Override
    public String key() {
        StoreLocation store = settings.store();
        if (store instanceof StoreLocation.Directory directory) {
            return "file:" + realPath(directory.path().toAbsolutePath().normalize());
        }
        return shortName();
    }

    /** The path without links, as far as it exists: the directory itself may be still to be made. */
    private static Path realPath(Path path) {
        Path parent = path.getParent();
        Path name = path.getFileName();
        try {
            if (Files.exists(path) || parent == null || name == null) {
                return path.toRealPath();
            }
        } catch (IOException e) {
            // Cannot be read: then opening it will say so.
            return path;
        }
        return realPath(parent).resolve(name);
    }

    @Override
    public String shortName() {
        StoreLocation store = settings.store();
        if (store instanceof StoreLocation.Directory directory) {
            return "file:" + directory.path().getFileName();
        }
        return "mem:" + ((StoreLocation.Memory) store).name();
    }

    @Override
    public OpenedNamespace open() throws JMSException {
        try {
            OpenedNamespace opened = stepped == null
                    ? LocalNamespace.open(openStore(), settings.namespace())
                    : LocalNamespace.open(openStore(), settings.namespace(), stepped);
            configure(opened);
            return opened;
        } catch (JournalException e) {
            throw JmsExceptions.of(e);
        } catch (BrokerException e) {
            throw JmsExceptions.of(e);
        } catch (IllegalArgumentException e) {
            throw JmsExceptions.of(new BrokerException(ErrorCode.InvalidOperation, String.valueOf(e.getMessage()), e));
        }
    }

    private void configure(OpenedNamespace opened) {
        Path file = settings.configFile();
        if (file == null) {
            return;
        }
        boolean done = false;
        try {
            ConfiguredEntities.apply(file, opened);
            done = true;
        } finally {
            if (!done) {
                opened.close();
            }
        }
    }

    @Override
    public boolean wantsBeans() {
        return settings.jmx();
    }

    private JournalStore openStore() throws JournalException {
        StoreLocation store = settings.store();
        if (store instanceof StoreLocation.Directory directory) {
            StoreOptions options = StoreOptions.builder()
                    .partitions(settings.partitions())
                    .fileSizeBytes(settings.journalFileSizeBytes())
                    .markIntervalMs(
                            Math.toIntExact(settings.journalMarkInterval().toMillis()))
                    .partitionDirectories(settings.partitionDirectories())
                    .holder("Jakarta Messaging connection factory")
                    .build();
            return ArtemisJournalStore.open(directory.path(), options);
        }
        int partitions = settings.partitions() == 0 ? DEFAULT_PARTITIONS : settings.partitions();
        return new MemoryJournalStore(partitions, false);
    }

    @Override
    public void requireCompatible(BrokerAddress opened, Namespace namespace) throws JMSException {
        ConnectionFactorySettings others = ((StoreAddress) opened).settings;
        // A number that was left open when it was opened is known now.
        if (settings.partitions() != 0 && settings.partitions() != namespace.partitions()) {
            throw otherwise(Setting.PARTITIONS.key() + " is " + settings.partitions()
                    + " here, but the broker was opened with " + namespace.partitions());
        }
        Optional<String> conflict = settings.conflict(others);
        if (conflict.isPresent()) {
            throw otherwise(conflict.get());
        }
    }

    private JMSException otherwise(String conflict) {
        return JmsExceptions.invalidOperation(
                key() + " is open already: " + conflict + "; factories that share a broker must agree on it");
    }
}
