/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.exceptions.ObjectStoreException;
import com.arjuna.ats.arjuna.state.OutputObjectState;
import com.arjuna.ats.internal.arjuna.objectstore.ShadowNoFileLockStore;

/**
 * The log of Narayana as it is by default, with {@linkplain Stops stops} before and after an entry is written and removed.
 *
 * <p>Thread safe. Public and made by Narayana, by its name.
 */
public final class StoppingLogStore extends ShadowNoFileLockStore {

    public StoppingLogStore(ObjectStoreEnvironmentBean settings) throws ObjectStoreException {
        super(settings);
    }

    @Override
    public boolean write_committed(Uid uid, String type, OutputObjectState state) throws ObjectStoreException {
        Stops.at("log.write.before");
        boolean written = super.write_committed(uid, type, state);
        Stops.at("log.write.after");
        return written;
    }

    @Override
    public boolean remove_committed(Uid uid, String type) throws ObjectStoreException {
        Stops.at("log.remove.before");
        boolean removed = super.remove_committed(uid, type);
        Stops.at("log.remove.after");
        return removed;
    }
}
