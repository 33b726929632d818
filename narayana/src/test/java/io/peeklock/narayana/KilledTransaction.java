/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.exceptions.ObjectStoreException;
import com.arjuna.ats.arjuna.state.OutputObjectState;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import javax.sql.XAConnection;

/**
 * A process that writes a word to files and to a database in one transaction, and ends in the middle of it.
 *
 * <p>Run by tests as a JVM of its own.
 */
public final class KilledTransaction {

    static final int STATUS = 77;

    private static volatile String point = "";

    private KilledTransaction() {}

    /** The program: the object store, the data, and the point at which it ends. */
    public static void main(String[] arguments) throws Exception {
        point = arguments[2];
        Path data = Path.of(arguments[1]);
        FileStore files = new FileStore(data);
        Database database = new Database(data);
        arjPropertyManager.getObjectStoreEnvironmentBean().setObjectStoreType(ShadowNoFileLockStore.class.getName());
        PeeklockTransactions transactions = RecoveryCrashTest.setUp(Path.of(arguments[0]), data, files, database);
        TransactionManager manager = transactions.transactionManager();
        XAConnection connection = database.source().getXAConnection();
        FileStoreResource resource = new FileStoreResource(files);
        manager.begin();
        manager.getTransaction()
                .enlistResource(NamedResource.of(
                        RecoveryCrashTest.filesName(data),
                        new ObservedResource(resource, call -> reached("files." + call))));
        resource.write("word");
        manager.getTransaction()
                .enlistResource(NamedResource.of(
                        RecoveryCrashTest.databaseName(data),
                        new ObservedResource(connection.getXAResource(), call -> reached("database." + call))));
        Database.write(connection, "word");
        manager.commit();
        System.exit(0);
    }

    private static void reached(String here) {
        if (here.equals(point)) {
            Runtime.getRuntime().halt(STATUS);
        }
    }

    /** Narayana's log, which ends the process beside the writing and the removal of an entry. By its name it finds the same folder. */
    public static final class ShadowNoFileLockStore
            extends com.arjuna.ats.internal.arjuna.objectstore.ShadowNoFileLockStore {

        public ShadowNoFileLockStore(ObjectStoreEnvironmentBean settings) throws ObjectStoreException {
            super(settings);
        }

        @Override
        public boolean write_committed(Uid id, String type, OutputObjectState state) throws ObjectStoreException {
            reached("log.write.before");
            boolean written = super.write_committed(id, type, state);
            reached("log.write.after");
            return written;
        }

        @Override
        public boolean remove_committed(Uid id, String type) throws ObjectStoreException {
            reached("log.remove.before");
            boolean removed = super.remove_committed(id, type);
            reached("log.remove.after");
            return removed;
        }
    }
}
